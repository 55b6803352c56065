import { expect, it } from "vitest";
import { eventually, networkChaos } from "../support/kubernetes.ts";
import { daemonProcesses } from "../support/processes.ts";
import { experimentsStack, installationStack, partition, sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

it("an installation that is destroyed first recovers the experiments of every stack and of kubectl", async () => {
	const installation = await installationStack();
	const experiments = await experimentsStack("survivor", { cut: partition("front", "back") });
	try {
		await experiments.ok("up");
		await networkChaos.create(sampleNamespace, "by-kubectl", partition("back", "store"));
		await eventually("both are injected", async () =>
			(await networkChaos.all()).every((experiment) =>
				experiment.status?.conditions?.some(({ type, status }) => type === "AllInjected" && status === "True"),
			),
		);
		expect(tablesLeft().length).toBeGreaterThan(0);

		const { output } = await installation.ok("destroy");
		expect(tablesLeft()).toEqual([]);
		// Without a controller they would let nobody create anything.
		for (const webhooks of ["Mutating", "Validating"]) {
			const gone = output.search(new RegExp(`${webhooks}WebhookConfiguration \\S+ deleted`));
			expect(gone).toBeGreaterThan(0);
			expect(gone).toBeLessThan(output.search(/apps\/v1:Deployment \S+ deleting/));
		}
		expect(daemonProcesses()).toEqual([]);

		// The kind itself is gone by now: that is success for whoever wants its objects gone.
		await experiments.ok("destroy");
		await eventually("no orphan process", () => experiments.orphans().length === 0);
	} finally {
		experiments.dispose();
		await installation.ok("up");
	}
});
