import { AppsV1Api, CoordinationV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { afterEach, beforeEach, expect, it } from "vitest";
import { podRules } from "../../tools/lib/pod-network.ts";
import { environmentOf } from "../../tools/lib/procfs.ts";
import { clients, eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { controllerProcesses, kill9 } from "../support/processes.ts";
import { sampleNamespace, systemNamespace } from "../support/sample.ts";

const name = "led";
const controllers = { namespace: systemNamespace, name: "pulumi-chaos-controller" };
const controllerPods = "pulumi-chaos.io/component=controller";
/** Cuts everybody off from an address that nobody has. */
const everybody = {
	action: "partition",
	mode: "all",
	selector: { namespaces: [sampleNamespace] },
	direction: "to",
	externalTargets: ["203.0.113.7"],
	duration: "10m",
};

beforeEach(() => scaleControllers(2));
afterEach(async () => {
	await scaleControllers(2);
	if (await networkChaos.read(sampleNamespace, name)) await networkChaos.delete(sampleNamespace, name);
	expect(hit(await samplePods())).not.toContain(true);
});

/** Has so many controllers run; where there are any, waits until experiments can be created. */
async function scaleControllers(replicas: number): Promise<void> {
	const api = clients().config.makeApiClient(AppsV1Api);
	const headers = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
	await api.patchNamespacedDeploymentScale({ ...controllers, body: { spec: { replicas } } }, headers);
	const pods = () => clients().core.listNamespacedPod({ namespace: systemNamespace, labelSelector: controllerPods });
	await eventually(`${replicas} controllers run`, async () => (await pods()).items.length === replicas);
	if (replicas > 0) await eventually("they answer", () => networkChaos.admits(sampleNamespace, everybody));
}

/** The process of the controller that leads: the Lease names its pod, and so does its environment. */
async function leader(): Promise<number> {
	const api = clients().config.makeApiClient(CoordinationV1Api);
	const { spec } = await api.readNamespacedLease(controllers);
	const name = `HOSTNAME=${spec?.holderIdentity}`;
	const pid = controllerProcesses().find((one) => environmentOf(one).includes(name));
	if (pid === undefined) throw new Error(`no process of ${spec?.holderIdentity}, which leads, runs on this machine`);
	return pid;
}

/** How often the daemons have put a fault of an experiment into each pod, by what they have logged. */
async function injections(experiment: string): Promise<Record<string, number>> {
	const { core } = clients();
	const daemons = await runningPods(systemNamespace, "pulumi-chaos.io/component=daemon");
	const logs = await Promise.all(
		daemons.map(({ metadata }) =>
			core.readNamespacedPodLog({ namespace: systemNamespace, name: metadata?.name ?? "" }),
		),
	);
	const lines = logs.flatMap((log) => log.split("\n").filter(Boolean)).map((line) => JSON.parse(line));
	const mine = lines.filter((line) => line.message === "injected" && line.experiment === experiment);
	return Object.fromEntries(
		Object.entries(Object.groupBy(mine, ({ target }) => target)).map(([target, all = []]) => [target, all.length]),
	);
}

/** Where the targets stand, by what the leader has written last. */
async function phases(): Promise<string[]> {
	const experiment = await networkChaos.read(sampleNamespace, name);
	return experiment?.status?.experiment.containerRecords?.map(({ phase }) => phase) ?? [];
}

/** Uids of all pods of the sample application. */
async function samplePods(): Promise<Map<string, string>> {
	const pods = await runningPods(sampleNamespace, "");
	return new Map(pods.map(({ metadata }) => [`${sampleNamespace}/${metadata?.name}`, metadata?.uid ?? ""]));
}

/** Whether each of these pods has the fault, by the rules in it. */
const hit = (pods: ReadonlyMap<string, string>): boolean[] =>
	[...pods.values()].map((uid) => podRules(uid).includes("203.0.113.7"));

it("a leader that is killed in the middle of a batch is followed by the other, and each target is hit once", async () => {
	const pods = await samplePods();
	const pid = await leader();
	await networkChaos.create(sampleNamespace, name, everybody);
	// No pause between two looks: the batch takes a fraction of a second.
	while (!(await phases()).includes("Not Injected/Wait"));
	kill9([pid]);
	expect(await phases()).toContain("Not Injected/Wait");
	const { metadata } = await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
	expect(new Set(hit(pods))).toEqual(new Set([true]));
	expect(await injections(metadata.uid)).toEqual(Object.fromEntries([...pods.keys()].map((pod) => [pod, 1])));
});

it("a node that hears of no controller takes the faults out by itself; one that comes back puts them in again", async () => {
	const pods = await samplePods();
	await networkChaos.create(sampleNamespace, name, everybody);
	await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
	expect(new Set(hit(pods))).toEqual(new Set([true]));

	await scaleControllers(0);
	await eventually("the node has taken them out", () => !hit(pods).some(Boolean));

	await scaleControllers(2);
	await eventually("they are in place again", () => hit(pods).every(Boolean));
	const { metadata, status } = await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
	expect(status?.experiment.containerRecords?.map(({ injectedCount }) => injectedCount)).toEqual(
		[...pods.keys()].map(() => 2),
	);
	const { items } = await clients().core.listNamespacedEvent({
		namespace: sampleNamespace,
		fieldSelector: `involvedObject.uid=${metadata.uid},reason=LeaseExpired`,
	});
	// One for what comes together: nodes are not heard again at the same moment.
	const told = items.map(({ message }) => Number(/^(\d+) targets? \(/.exec(message ?? "")?.[1]));
	expect(told.reduce((sum, targets) => sum + targets, 0)).toBe(pods.size);
	expect(told.length).toBeLessThanOrEqual(2);
});
