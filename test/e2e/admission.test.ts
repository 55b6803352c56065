import { AdmissionregistrationV1Api } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { clients, networkChaos } from "../support/kubernetes.ts";
import { installationStack, partition, sampleNamespace } from "../support/sample.ts";

it("an experiment that only the controller can refuse is refused, and Pulumi says nothing of the bundle that it takes", async () => {
	const api = clients().config.makeApiClient(AdmissionregistrationV1Api);
	const { webhooks = [] } = await api.readValidatingWebhookConfiguration({ name: "pulumi-chaos" });
	expect(webhooks.map(({ clientConfig }) => clientConfig.caBundle?.length)).toEqual([expect.any(Number)]);

	const labelSelectors = { [`${"a".repeat(254)}/x`]: "x" };
	const refused = networkChaos.create(sampleNamespace, "refused", {
		...partition("front", "back"),
		selector: { labelSelectors },
	});
	await expect(refused).rejects.toThrow(/validate\.pulumi-chaos\.io.*is not the key of a label/);

	const installation = await installationStack();
	await installation.ok("refresh", "--expect-no-changes");
	await installation.ok("up", "--expect-no-changes");
	expect(await installation.exported()).not.toContain("PRIVATE KEY");
});
