import type { V1Pod } from "@kubernetes/client-node";
import { afterEach, describe, expect, it } from "vitest";
import { pauseAnnotation } from "../../api/names.ts";
import type { PodChaosSpec } from "../../faults/pod/spec.ts";
import { podProcesses } from "../../tools/lib/pod-processes.ts";
import { clients, eventually, podChaos, runningPods } from "../support/kubernetes.ts";
import {
	experimentsStack,
	measure,
	sampleNamespace as namespace,
	sampleImage,
	systemNamespace,
} from "../support/sample.ts";

const selector = { namespaces: [namespace as string], labelSelectors: { app: "front" } };
const fronts = { mode: "all" as const, selector };
const failure: PodChaosSpec = { action: "pod-failure", ...fronts, duration: "10m" };
const names = ["one", "other"];

const uidOf = (pod: V1Pod): string => pod.metadata?.uid ?? "";
/** Commands that the containers of a pod run, as the node's process table has them; not that of the sandbox. */
const commandsOf = (pod: V1Pod): string[] =>
	podProcesses(uidOf(pod))
		.map(({ command }) => command)
		.filter((command) => !command.includes("pause"));

/** The pods of a role that are not on their way out, with those that do not run. */
async function pods(app = "front"): Promise<V1Pod[]> {
	const { items } = await clients().core.listNamespacedPod({ namespace, labelSelector: `app=${app}` });
	return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}

const imagesOf = (all: readonly V1Pod[]): string[] => all.flatMap(({ spec }) => spec?.containers[0]?.image ?? "");

/** Answers that the other pods get from the fronts: how many, and of how many. */
async function answersOfFront(): Promise<string> {
	const reports = (await measure()).filter(({ role, error }) => role !== "front" && error === null);
	const tries = reports.flatMap(({ reached }) => reached).filter(({ role, via }) => role === "front" && via === "pod");
	return `${tries.filter(({ error }) => error === null).length} of ${tries.length}`;
}

async function untilServing(count = 3, app = "front"): Promise<V1Pod[]> {
	return eventually(`${count} pods of ${app} serve`, async () => {
		const serving = (await runningPods(namespace, `app=${app}`)).filter(({ status }) =>
			status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
		);
		return serving.length === count && (await pods(app)).length === count && serving;
	});
}

afterEach(async () => {
	for (const name of names) if (await podChaos.read(namespace, name)) await podChaos.delete(namespace, name);
	await untilServing();
	const left = (await pods()).flatMap(({ metadata }) => Object.keys(metadata?.annotations ?? {}));
	expect(left.filter((key) => key.startsWith("pulumi-chaos.io/"))).toEqual([]);
});

describe("pod-failure", () => {
	it("has no server left in the pods when it is injected, and all of them back when it is gone", async () => {
		const before = await untilServing();
		expect(await answersOfFront()).toBe("36 of 36");
		await podChaos.create(namespace, "one", failure);
		await podChaos.condition(namespace, "one", "AllInjected", "True");
		expect(before.flatMap(commandsOf)).toEqual([]);
		expect(await answersOfFront()).toBe("0 of 36");

		await podChaos.delete(namespace, "one");
		const after = await untilServing();
		expect(imagesOf(after)).toEqual(imagesOf(before));
		expect(after.map(uidOf).toSorted()).toEqual(before.map(uidOf).toSorted());
		expect(await answersOfFront()).toBe("36 of 36");
	});

	it("idles in a container that may be started as it is, and ends there as soon as it is told to", async () => {
		const place = { namespace, name: "patient" };
		const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
		const container = { name: "server", image: sampleImage(), imagePullPolicy: "Never", readinessProbe };
		await clients().core.createNamespacedPod({
			namespace,
			body: {
				metadata: { name: place.name, labels: { app: place.name } },
				// Longer than anything here waits: who does not listen to SIGTERM is not gone before.
				spec: { terminationGracePeriodSeconds: 600, containers: [container] },
			},
		});
		try {
			const [pod] = await untilServing(1, place.name);
			const running = () => (pod ? commandsOf(pod) : []);
			const selects = { namespaces: [namespace as string], labelSelectors: { app: place.name } };
			await podChaos.create(namespace, "one", { ...failure, selector: selects });
			await podChaos.condition(namespace, "one", "AllInjected", "True");
			await eventually("the container idles", () => running().includes("sleep infinity"));
			expect(running()).not.toContainEqual(expect.stringContaining("server.ts"));
			await podChaos.delete(namespace, "one");
			await untilServing(1, place.name);
		} finally {
			await clients().core.deleteNamespacedPod({ ...place, gracePeriodSeconds: 0 });
		}
	});

	it("stays for the other of two experiments on the same pods", async () => {
		const before = imagesOf(await untilServing());
		for (const name of names) await podChaos.create(namespace, name, failure);
		for (const name of names) await podChaos.condition(namespace, name, "AllInjected", "True");
		await podChaos.delete(namespace, "one");
		const failing = await pods();
		expect(failing.flatMap(commandsOf)).toEqual([]);
		expect(new Set(imagesOf(failing)).has(before[0] ?? "")).toBe(false);
		await podChaos.delete(namespace, "other");
		expect(imagesOf(await untilServing())).toEqual(before);
	});

	it("is taken out while it is paused, and ends when its time is over", async () => {
		await podChaos.create(namespace, "one", { ...failure, duration: "30s" });
		await podChaos.condition(namespace, "one", "AllInjected", "True");
		await podChaos.annotate(namespace, "one", { [pauseAnnotation]: "true" });
		await podChaos.condition(namespace, "one", "AllRecovered", "True", "Recovered");
		await untilServing();
		await podChaos.annotate(namespace, "one", { [pauseAnnotation]: null });
		await podChaos.condition(namespace, "one", "AllInjected", "True");
		await podChaos.condition(namespace, "one", "Expired", "True");
		await podChaos.condition(namespace, "one", "AllRecovered", "True");
		await untilServing();
		expect((await podChaos.read(namespace, "one"))?.status?.experiment.containerRecords).toMatchObject(
			Array(3).fill({ phase: "Not Injected", injectedCount: 2, recoveredCount: 2 }),
		);
	});

	it("is said to be lost when somebody gives a pod its image back", async () => {
		const [front] = await untilServing();
		const image = imagesOf(front ? [front] : [])[0] ?? "";
		await podChaos.create(namespace, "one", failure);
		await podChaos.condition(namespace, "one", "AllInjected", "True");
		const body = [{ op: "replace", path: "/spec/containers/0/image", value: image }];
		await clients().core.patchNamespacedPod({ namespace, name: front?.metadata?.name ?? "", body });
		const { status } = await podChaos.condition(namespace, "one", "FaultLost", "True");
		expect(status?.conditions?.find(({ type }) => type === "FaultLost")?.message).toContain(
			`${namespace}/${front?.metadata?.name}`,
		);
	});

	it("is taken out of the pods when its object was removed by force", async () => {
		await podChaos.create(namespace, "one", failure);
		await podChaos.condition(namespace, "one", "AllInjected", "True");
		await podChaos.removeFinalizers(namespace, "one");
		await podChaos.delete(namespace, "one");
		await untilServing();
	});

	it("never hits the chaos system", async () => {
		await podChaos.create(namespace, "one", { ...failure, selector: { namespaces: [systemNamespace] } });
		const { status } = await podChaos.condition(namespace, "one", "Selected", "False", "NoTarget");
		const said = status?.conditions?.find(({ type }) => type === "Selected")?.message;
		expect(said).toContain("belongs to the chaos system");
	});
});

describe("container-kill", () => {
	it("ends the container's first process once; the pod stays and its container comes back", async () => {
		const before = await untilServing();
		const processes = before.map((pod) =>
			podProcesses(uidOf(pod)).filter(({ command }) => command.includes("server.ts")),
		);
		const restarts = (all: readonly V1Pod[]) =>
			all.map(({ status }) => status?.containerStatuses?.[0]?.restartCount ?? 0);
		await podChaos.create(namespace, "one", { action: "container-kill", ...fronts, containerNames: ["server"] });
		const { status } = await podChaos.condition(namespace, "one", "AllInjected", "True");
		expect(status?.experiment.containerRecords?.map(({ id }) => id).toSorted()).toEqual(
			before.map(({ metadata }) => `${namespace}/${metadata?.name}/server`).toSorted(),
		);
		const alive = processes
			.flat()
			.filter(({ pid, startTime }) =>
				before.some((pod) => podProcesses(uidOf(pod)).some((now) => now.pid === pid && now.startTime === startTime)),
			);
		expect(alive).toEqual([]);
		await eventually("every container was started once more", async () => {
			const now = await pods();
			return (
				restarts(now).every((count) => count > 0) && now.every((pod) => before.some((was) => uidOf(was) === uidOf(pod)))
			);
		});
		const counted = restarts(await untilServing());
		await podChaos.delete(namespace, "one");
		expect(restarts(await untilServing())).toEqual(counted);
	});
});

describe("pod-kill by Pulumi", () => {
	it("kills once, stays quiet for ever after, and again when a trigger changes", async () => {
		const kill = { kind: "PodChaos", action: "pod-kill", mode: "one", selector } as const;
		const before = (await untilServing()).map(uidOf);
		const killed = (all: readonly string[], now: readonly string[]) => all.filter((uid) => !now.includes(uid)).length;
		const stack = await experimentsStack("pod-kill", { kill: { ...kill, triggers: ["first"] } });
		try {
			await stack.ok("up");
			const after = (await untilServing()).map(uidOf);
			expect(killed(before, after)).toBe(1);
			await stack.ok("refresh", "--expect-no-changes");
			await stack.ok("up", "--expect-no-changes");
			expect(killed(after, (await untilServing()).map(uidOf))).toBe(0);

			const again = { kill: { ...kill, namespace, triggers: ["second"] } };
			await stack.configure("experiments", JSON.stringify(again));
			await stack.ok("up");
			expect(killed(after, (await untilServing()).map(uidOf))).toBe(1);
			await stack.ok("up", "--expect-no-changes");
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
		expect(await podChaos.all()).toEqual([]);
	});
});
