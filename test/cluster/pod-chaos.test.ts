import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import type { Selector } from "../../api/selector.ts";
import type { Pod } from "../../selection/pod.ts";
import { eventually } from "../support/kubernetes.ts";
import { kubectl } from "./kubectl.ts";
import { conditionOf, Stage } from "./stage.ts";

const stage = new Stage();
const { shop } = stage;
const podPath = (name: string): string => `/api/v1/namespaces/${shop}/pods/${name}`;

/** A pod, as far as these tests look at it; the controller keeps less. */
interface WholePod extends Pod {
	metadata: Pod["metadata"] & { deletionGracePeriodSeconds?: number };
	spec: Pod["spec"] & Record<"containers" | "initContainers", { name: string; image: string }[]>;
}

beforeAll(() => stage.open(1));
afterAll(() => stage.close());
afterEach(({ task }) => {
	if (task.result?.state === "fail") console.error(stage.log.slice(-40).join(""));
});

const read = (name: string): Promise<WholePod> => stage.server.get<WholePod>(podPath(name));
const byApp = (app: string): Selector => ({ labelSelectors: { app } });

/** Waits until the fault is on every target, as its experiment says. */
async function untilInjected(path: string): Promise<void> {
	await eventually(`${path} is injected`, async () => {
		return conditionOf(await stage.server.get<Experiment>(path), "AllInjected")?.status === "True";
	});
}

describe("pod-kill", () => {
	it("gives the pod the grace that it is told, once", async () => {
		await stage.runPod(shop, "slow", { app: "slow" });
		await untilInjected(
			await stage.createPodChaos("slow", {
				action: "pod-kill",
				mode: "all",
				selector: byApp("slow"),
				gracePeriod: 777,
			}),
		);
		const { metadata } = await read("slow");
		expect(metadata.deletionTimestamp).toBeDefined();
		expect(metadata.deletionGracePeriodSeconds).toBe(777);
	});

	it("is listed with what it does and where it stands", async () => {
		const [head = "", row = ""] = (await kubectl(["get", "podchaos", "slow", "--namespace", shop])).split("\n");
		expect(head.split(/ +/)).toEqual(["NAME", "ACTION", "DURATION", "INJECTED", "RECOVERED", "VERDICT", "AGE"]);
		expect(row).toMatch(/^slow +pod-kill +True +False +\d+s$/);
	});
});

describe("pod-failure", () => {
	const name = "many";
	const images: Record<string, string> = { web: "web:1", proxy: "proxy:2", [`a-${"long-".repeat(12)}b`]: "long:3" };
	const failed = Object.fromEntries(Object.keys(images).map((container) => [container, "pulumi-chaos:test"]));
	/** As long as names may be, and the same but for their ends. */
	const [one = "", other = ""] = ["1", "2"].map((end) => "x".repeat(252) + end);

	/** What a kubelet does when the images of a pod have changed: other containers run. */
	const statuses = (round: number) =>
		Object.keys(images).map((container) => ({
			name: container,
			image: "",
			imageID: "",
			ready: true,
			restartCount: round,
			containerID: `containerd://${container}-${round}`,
			state: { running: { startedAt: new Date().toISOString() } },
		}));
	const restart = (round: number) =>
		stage.server.patch(`${podPath(name)}/status`, { status: { containerStatuses: statuses(round) } });
	const imagesNow = async () =>
		Object.fromEntries((await read(name)).spec.containers.map(({ name: container, image }) => [container, image]));
	const fail = (experiment: string) =>
		stage.createPodChaos(experiment, { action: "pod-failure", mode: "all", selector: byApp(name) });
	const gone = (path: string) =>
		eventually(`${path} is gone`, () =>
			stage.server.get(path).then(
				() => false,
				() => true,
			),
		);

	it("gives all containers the system's image, and each its own back when the last of two experiments ends", async () => {
		await stage.runPod(shop, name, { app: name }, 1, undefined, {
			spec: {
				containers: Object.entries(images).map(([container, image]) => ({ name: container, image })),
				initContainers: [{ name: "first", image: "init:4" }],
			},
			status: { containerStatuses: statuses(0) },
		});
		const first = await fail(one);
		await eventually("the images are the system's", async () => Object.values(await imagesNow())[0] !== "web:1");
		expect(await imagesNow()).toEqual(failed);
		expect(conditionOf(await stage.server.get<Experiment>(first), "AllInjected")?.status).toBe("False");
		await restart(1);
		await untilInjected(first);
		const second = await fail(other);
		await untilInjected(second);

		await stage.server.delete(first, {});
		await gone(first);
		expect(await imagesNow()).toEqual(failed);

		await stage.server.delete(second, {});
		await eventually("the images are back", async () => (await imagesNow())["web"] === "web:1");
		expect(await imagesNow()).toEqual(images);
		// Nothing has stopped yet of what ran in the system's image.
		expect(await stage.server.get(second)).toBeDefined();
		await restart(2);
		await gone(second);
		const { metadata, spec } = await read(name);
		expect(metadata.annotations ?? {}).toEqual({});
		expect(spec.initContainers.map(({ image }) => image)).toEqual(["init:4"]);
	});
});
