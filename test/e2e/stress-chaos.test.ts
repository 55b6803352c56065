import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { pauseAnnotation } from "../../api/names.ts";
import type { TargetRecord } from "../../api/status.ts";
import { podProcesses } from "../../tools/lib/pod-processes.ts";
import { clients, eventually, runningPods, stressChaos } from "../support/kubernetes.ts";
import { type Counters, counters } from "../support/pod-counters.ts";
import { daemonProcesses, kill9 } from "../support/processes.ts";
import { goesFirst } from "../support/processor-share.ts";
import { sampleNamespace as namespace, sampleImage } from "../support/sample.ts";

const pod = "stressed";
const name = "noisy";
const MiB = 2 ** 20;
/** Limits of both containers. */
const limits = { cpu: "200m", memory: "128Mi" };
const target = { mode: "all", selector: { pods: { [namespace]: [pod] } }, duration: "20m" };
const memory = { memory: { workers: 2, size: "50%" } };

let uid: string;

const countersOf = (container: string): Promise<Counters> => counters(namespace, pod, container);
const stressors = (): ReturnType<typeof podProcesses> =>
	podProcesses(uid).filter(({ command }) => /^(stress-ng|perl|nsenter) /.test(command));
const records = async (): Promise<readonly TargetRecord[]> =>
	(await stressChaos.read(namespace, name))?.status?.experiment.containerRecords ?? [];

/** What both containers say while they are under stress: the quota is used up, and half of the limit. */
async function expectStress(before: Counters): Promise<void> {
	const restore = podProcesses(uid).map(({ pid }) => goesFirst(pid));
	for (const container of ["server", "sidecar"]) {
		const processors = async () => (await countersOf(container)).processors;
		const near = expect.closeTo(0.2, 1.3);
		await expect.poll(processors, { timeout: 90_000, message: `processors used by ${container}` }).toEqual(near);
	}
	for (const undo of restore.toReversed()) undo();
	// stress-ng takes some MiB for itself.
	const held = (await countersOf("server")).bytes - before.bytes;
	expect(held / (64 * MiB)).toBeGreaterThan(0.95);
	expect(held / (64 * MiB)).toBeLessThan(1.2);
}

beforeAll(async () => {
	const container = { image: sampleImage(), imagePullPolicy: "Never", resources: { limits } };
	const idle = { ...container, name: "sidecar", command: ["sleep", "infinity"] };
	await clients().core.createNamespacedPod({
		namespace,
		body: {
			metadata: { name: pod, labels: { app: pod } },
			spec: {
				terminationGracePeriodSeconds: 0,
				containers: [{ ...container, name: "server", command: ["sleep", "infinity"] }, idle],
			},
		},
	});
	uid = await eventually("the pod runs", async () => {
		const [running] = await runningPods(namespace, `app=${pod}`);
		return running?.status?.containerStatuses?.every(({ state }) => state?.running) && running.metadata?.uid;
	});
});

afterEach(async () => {
	if (await stressChaos.read(namespace, name)) await stressChaos.delete(namespace, name);
	expect(stressors()).toEqual([]);
});

afterAll(async () => {
	await clients().core.deleteNamespacedPod({ namespace, name: pod });
});

describe("stress on both containers of a pod", () => {
	it("is seen by them, through a pause, the death of a daemon and that of a container", async () => {
		const before = await countersOf("server");
		expect(before.processors).toBeLessThan(0.1);
		await stressChaos.create(namespace, name, {
			...target,
			containerNames: ["server", "sidecar"],
			stressors: { cpu: { workers: 2, load: 100 }, ...memory },
		});
		await stressChaos.condition(namespace, name, "AllInjected", "True");
		await expectStress(before);
		await eventually("the load is in the status", async () =>
			(await records()).every(({ message = "" }) =>
				/^uses 0\.\d\d processors of 2\.00 asked, where the quota of the container is 0\.20; holds 6\d(\.\d)? MiB of memory of 64 MiB asked \(50 % of the limit of the container, 128 MiB\)$/.test(
					message,
				),
			),
		);

		await stressChaos.annotate(namespace, name, { [pauseAnnotation]: "true" });
		await stressChaos.condition(namespace, name, "AllRecovered", "True", "Recovered");
		expect(stressors()).toEqual([]);
		const paused = await countersOf("server");
		expect(paused.processors).toBeLessThan(0.1);
		expect(paused.bytes - before.bytes).toBeLessThan(8 * MiB);
		await stressChaos.annotate(namespace, name, { [pauseAnnotation]: null });
		await stressChaos.condition(namespace, name, "AllInjected", "True");

		const under = stressors();
		const killed = daemonProcesses();
		kill9(killed);
		await eventually("another daemon runs", () => daemonProcesses().some((pid) => !killed.includes(pid)));
		await expectStress(before);
		expect(
			stressors()
				.map(({ pid }) => pid)
				.toSorted(),
		).toEqual(
			under
				.filter(({ command }) => !command.startsWith("nsenter"))
				.map(({ pid }) => pid)
				.toSorted(),
		);

		const [first] = podProcesses(uid).filter(({ command }) => command === "sleep infinity");
		kill9([first?.pid ?? 0]);
		await eventually(
			"both containers have had the stress again",
			async () => {
				const [server, sidecar] = (await records()).map(({ phase, injectedCount }) => [phase, injectedCount]);
				const counts = [server?.[1], sidecar?.[1]].toSorted();
				return server?.[0] === "Injected" && sidecar?.[0] === "Injected" && counts[0] === 2 && counts[1] === 3;
			},
			120,
		);
		await expectStress(before);

		await stressChaos.delete(namespace, name);
		expect(stressors()).toEqual([]);
		const after = await countersOf("server");
		expect(after.processors).toBeLessThan(0.1);
		expect(after.bytes - before.bytes).toBeLessThan(8 * MiB);
	});

	it("is lost, and why, when the kernel ends it; the container lives on", async () => {
		const before = podProcesses(uid).map(({ pid }) => pid);
		await stressChaos.create(namespace, name, {
			...target,
			containerNames: ["server"],
			stressors: { memory: { workers: 1, size: "100%", options: ["--time", "5s"] } },
		});
		const { status } = await stressChaos.condition(namespace, name, "FaultLost", "True");
		expect(status?.conditions?.find(({ type }) => type === "FaultLost")?.message).toContain(
			`the kernel has ended the stress on memory for want of memory in container ${namespace}/${pod}/server`,
		);
		expect(podProcesses(uid).map(({ pid }) => pid)).toEqual(before);
	});

	it("is refused, with a reason, when it is more than the container can have", async () => {
		const spec = { ...target, containerNames: ["server"], stressors: { memory: { workers: 1, size: "1GB" } } };
		await stressChaos.create(namespace, name, spec);
		const { status } = await stressChaos.condition(namespace, name, "AllInjected", "False", "InjectFailed");
		expect(status?.experiment.containerRecords?.[0]?.message).toBe(
			`stressors.memory.size: "1GB" is more than container ${namespace}/${pod}/server can have, which may use 128 MiB (its limit); use less, or a percentage`,
		);
		await stressChaos.delete(namespace, name);
		await expect(stressChaos.create(namespace, name, { ...target, stressngStressors: "--hdd 1" })).rejects.toThrow(
			/stressngStressors: .*--hdd.* can't be used: known stressors are --bigheap/,
		);
	});
});
