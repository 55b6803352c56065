import { expect, it } from "vitest";
import { runningPods } from "../support/kubernetes.ts";
import { measure, sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";
import { exampleStack } from "./example.ts";

/** How many attempts of pods fail to reach pods on the same node and on the other one. */
async function failures(): Promise<{ near: number; far: number }> {
	const nodes = new Map<string, string>();
	for (const { metadata, spec } of await runningPods(sampleNamespace, "app")) {
		nodes.set(metadata?.name ?? "", spec?.nodeName ?? "");
	}
	const failed = (await measure()).flatMap(({ pod, reached, error }) => {
		expect(error).toBeNull();
		return reached
			.filter(({ ok, via }) => !ok && via === "pod")
			.map(({ peer }) => nodes.get(peer ?? "") === nodes.get(pod));
	});
	return { near: failed.filter((near) => near).length, far: failed.filter((near) => !near).length };
}

it("loses what goes from zone to zone, and nothing within one, is quiet, and loses nothing afterwards", async () => {
	const stack = await exampleStack("lossy-zone-link", { loss: "60" });
	try {
		await stack.ok("up");
		const { near, far } = await failures();
		expect(near).toBe(0);
		expect(far).toBeGreaterThan(0);
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
	expect(await failures()).toEqual({ near: 0, far: 0 });
	expect(tablesLeft()).toEqual([]);
});
