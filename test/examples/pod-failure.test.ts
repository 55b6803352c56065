import { expect, it } from "vitest";
import { clients, eventually, runningPods } from "../support/kubernetes.ts";
import { sampleNamespace } from "../support/sample.ts";
import { exampleStack } from "./example.ts";

/** Uids and images of the pods of a role that are not on their way out. */
async function podsOf(role: string): Promise<{ uid: string; image: string }[]> {
	const { items } = await clients().core.listNamespacedPod({
		namespace: sampleNamespace,
		labelSelector: `app=${role}`,
	});
	return items
		.filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
		.map(({ metadata, spec }) => ({ uid: metadata?.uid ?? "", image: spec?.containers[0]?.image ?? "" }));
}

it("has half of one part fail, kills one pod of another, is quiet, kills again, and recovers", async () => {
	const stack = await exampleStack("pod-failure");
	const [backs, fronts] = await Promise.all([podsOf("back"), podsOf("front")]);
	const image = backs[0]?.image;
	const gone = async () => {
		const now = await podsOf("front");
		return fronts.filter(({ uid }) => !now.some((pod) => pod.uid === uid)).length;
	};
	try {
		await stack.ok("up");
		expect((await podsOf("back")).filter((pod) => pod.image !== image)).toHaveLength(Math.ceil(backs.length / 2));
		expect(await gone()).toBe(1);
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
		expect(await gone()).toBe(1);

		await eventually(
			"the fronts are complete",
			async () => (await runningPods(sampleNamespace, "app=front")).length === 3,
		);
		const killed = await podsOf("front");
		await stack.configure("round", "2");
		await stack.ok("up");
		const now = await podsOf("front");
		expect(killed.filter(({ uid }) => !now.some((pod) => pod.uid === uid))).toHaveLength(1);
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
	expect(await podsOf("back")).toEqual(backs);
});
