import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pauseAnnotation, reasonAnnotation } from "../../api/names.ts";
import { pauseImage } from "../../tools/cluster/containerd.ts";
import { root } from "../../tools/lib/paths.ts";
import { flushPodRules } from "../../tools/lib/pod-network.ts";
import { clients, eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";
import { exampleStack, isHit } from "./example.ts";

const namespace = "drift";
const fronts = () => runningPods(namespace, "app=front");
let stack: Stack;
let name: string;

beforeAll(async () => {
	stack = await exampleStack("drift", { image: pauseImage });
	await stack.ok("up");
	name = (await networkChaos.all()).find(({ metadata }) => metadata.namespace === namespace)?.metadata.name ?? "";
});

afterAll(async () => {
	await stack.ok("destroy");
	stack.dispose();
	expect(tablesLeft()).toEqual([]);
});

/** Expects the README to print what refresh says, which says it once, and `up` to put it right. */
async function expectAsInReadme(words: RegExp): Promise<void> {
	const { output } = await stack.ok("refresh");
	const said = output.replaceAll(/\s+/g, " ");
	expect(said).toMatch(words);
	expect(readFileSync(join(root, "examples", "drift", "README.md"), "utf8")).toMatch(words);
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up");
	expect((await fronts()).map(isHit)).toEqual([true, true]);
	await stack.ok("up", "--expect-no-changes");
}

it("tells a pause by hand", async () => {
	await networkChaos.annotate(namespace, name, { [pauseAnnotation]: "true" });
	await networkChaos.condition(namespace, name, "AllRecovered", "True");
	await expectAsInReadme(
		/ is not "Injected" but "Paused": somebody has paused it, by setting the annotation experiment\.chaos-mesh\.org\/pause; "pulumi up" takes it off and injects the fault again/,
	);
});

it("tells a fault that was taken out by hand", async () => {
	const [front] = await fronts();
	flushPodRules(front?.metadata?.uid ?? "");
	await networkChaos.condition(namespace, name, "FaultLost", "True");
	await expectAsInReadme(
		/ is not "Injected" but "Lost": drift\/front-[\w-]+: the fault is no longer in place on pod drift\/front-[\w-]+; nobody asked for that; "pulumi up" puts it back/,
	);
});

it("tells an edited object, and one with an edited annotation", async () => {
	await expect(networkChaos.edit(namespace, name, { mode: "one" })).rejects.toThrow(/422/);
	await networkChaos.replace(namespace, name, { mode: "one" });
	await networkChaos.condition(namespace, name, "AllInjected", "True");
	await expectAsInReadme(
		/ is not "Injected" but "Edited": somebody has edited it: mode is "one" and should be "all"; "pulumi up" makes it anew, as it was declared/,
	);
	await networkChaos.annotate(namespace, name, { [reasonAnnotation]: "mine" });
	await expectAsInReadme(
		/ is not "Injected" but "Edited": somebody has edited it: annotation pulumi-chaos\.io\/reason is "mine" and should be "to see what drifts"; "pulumi up" puts it back/,
	);
});

it("tells a target that was replaced, and who is not hit in its place", async () => {
	const [gone] = await fronts();
	await clients().core.deleteNamespacedPod({ namespace, name: gone?.metadata?.name ?? "" });
	await networkChaos.condition(namespace, name, "TargetGone", "True");
	await eventually("another runs in its place", async () => (await fronts()).length === 2);
	await expectAsInReadme(
		/ is not "Injected" but "Target gone": drift\/front-[\w-]+: the pod (?:does not exist any more|has ended \(\w+\)); drift\/front-[\w-]+ has come since and is not hit; "pulumi up" makes it anew, with new targets and its whole duration/,
	);
});

it("tells that it was deleted", async () => {
	await networkChaos.delete(namespace, name);
	await expectAsInReadme(
		/ is not in the cluster https:\/\/.* any more: somebody deleted it, and with it the fault was recovered; "pulumi up" injects it again/,
	);
});

it("lets the experiment follow its selector: whoever comes is hit, whoever loses the label is free, and nobody says drift", async () => {
	const uidOf = async () => (await networkChaos.read(namespace, name))?.metadata.uid;
	const before = await uidOf();
	await stack.configure("follow", "true");
	await stack.ok("up");
	expect(await uidOf()).toBe(before);
	await stack.configure("replicas", "4");
	await stack.ok("up");
	expect(await uidOf()).toBe(before);
	const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
	const allAreHit = () =>
		eventually("all four are hit", async () => {
			const pods = await fronts();
			return pods.length === 4 && pods.every(isHit);
		});
	await allAreHit();
	const [gone, loose] = await fronts();
	await clients().core.deleteNamespacedPod({ namespace, name: gone?.metadata?.name ?? "" });
	await clients().core.patchNamespacedPod(
		{ namespace, name: loose?.metadata?.name ?? "", body: { metadata: { labels: { app: "loose" } } } },
		merge,
	);
	await eventually("the pod without the label is free", () => loose !== undefined && !isHit(loose));
	await allAreHit();
	await networkChaos.condition(namespace, name, "AllInjected", "True");
	await stack.ok("refresh", "--expect-no-changes");
	const up = await stack.ok("up", "--expect-no-changes");
	const names = (await fronts()).map(({ metadata }) => `${namespace}/${metadata?.name}`).sort();
	for (const target of names) expect(up.output).toContain(target);
	const resource = (await stack.resources()).find(({ type }) => type.endsWith(":NetworkChaos"));
	expect(resource?.outputs).toMatchObject({ phase: "Injected", message: "", targets: names });
});
