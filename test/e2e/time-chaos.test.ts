import type { V1Pod } from "@kubernetes/client-node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { pauseAnnotation } from "../../api/names.ts";
import type { TimeChaosSpec } from "../../faults/time/spec.ts";
import { podProcesses } from "../../tools/lib/pod-processes.ts";
import { movedAmong } from "../support/clocks/vdso.ts";
import { clients, eventually, runningPods, timeChaos } from "../support/kubernetes.ts";
import { sampleNamespace as namespace, sampleImage } from "../support/sample.ts";

const app = "clocks";
const spec: TimeChaosSpec = {
	mode: "all",
	selector: { namespaces: [namespace], labelSelectors: { app } },
	containerNames: ["main"],
	timeOffset: "-2h",
	duration: "10m",
};
/** What both containers do: say their time again and again. */
const program = "setInterval(() => console.log(Date.now()), 100)";

let pod: V1Pod;

beforeAll(async () => {
	const command = ["node", "-e", program];
	const containers = ["main", "aside"].map((name) => ({
		name,
		image: sampleImage(),
		imagePullPolicy: "Never",
		command,
	}));
	await clients().core.createNamespacedPod({
		namespace,
		body: { metadata: { name: app, labels: { app } }, spec: { terminationGracePeriodSeconds: 0, containers } },
	});
	pod = await eventually("the pod runs", async () => (await runningPods(namespace, `app=${app}`))[0]);
});

afterAll(() => clients().core.deleteNamespacedPod({ namespace, name: app, gracePeriodSeconds: 0 }));

afterEach(async () => {
	if (await timeChaos.read(namespace, app)) await timeChaos.delete(namespace, app);
});

/** Minutes by which a container's last word is ahead of the moment at which the node wrote it down. */
async function minutesAhead(container: string): Promise<number> {
	const log = await clients().core.readNamespacedPodLog({
		namespace,
		name: app,
		container,
		timestamps: true,
		tailLines: 1,
	});
	const [written = "", said = ""] = log.trim().split(" ");
	return Math.round((Number(said) - Date.parse(written)) / 60_000) + 0;
}

/** Waits until the target itself says that it is so far ahead; it has said other things a moment before. */
const untilAhead = (minutes: number) =>
	eventually(`the clock is ${minutes} minutes ahead`, async () => (await minutesAhead("main")) === minutes);

/** Processes of the pod whose clock is not that of the kernel. */
const moved = () => movedAmong(podProcesses(pod.metadata?.uid ?? "").map(({ pid }) => pid));

it("is seen by the container that it hits and by no other, goes while paused, and comes back after a restart", async () => {
	await untilAhead(0);
	await timeChaos.create(namespace, app, spec);
	await timeChaos.condition(namespace, app, "AllInjected", "True");
	await untilAhead(-120);
	expect(await minutesAhead("aside")).toBe(0);

	await timeChaos.annotate(namespace, app, { [pauseAnnotation]: "true" });
	await timeChaos.condition(namespace, app, "AllRecovered", "True");
	await untilAhead(0);
	expect(moved()).toEqual([]);
	await timeChaos.annotate(namespace, app, { [pauseAnnotation]: null });
	await timeChaos.condition(namespace, app, "AllInjected", "True");
	await untilAhead(-120);

	const [first] = moved();
	process.kill(first ?? 0, "SIGKILL");
	await eventually("the clock of another process is behind", () => moved().some((pid) => pid !== first));
	await timeChaos.condition(namespace, app, "AllInjected", "True");
	await untilAhead(-120);

	await timeChaos.delete(namespace, app);
	await untilAhead(0);
	expect(moved()).toEqual([]);
});

it("hits two containers when it names them, and adds up", async () => {
	const both = ["main", "aside"];
	await timeChaos.create(namespace, app, { ...spec, containerNames: both, timeOffset: "1h" });
	await timeChaos.create(namespace, "more", { ...spec, timeOffset: "30m", clockIds: ["CLOCK_REALTIME"] });
	try {
		for (const name of [app, "more"]) await timeChaos.condition(namespace, name, "AllInjected", "True");
		await untilAhead(90);
		expect(await minutesAhead("aside")).toBe(60);
	} finally {
		await timeChaos.delete(namespace, "more");
	}
	await untilAhead(60);
});
