import { beforeEach, describe, expect, it } from "vitest";
import { previewedAnnotation } from "../../api/names.ts";
import { ApiError } from "../../provider/cluster/cluster.ts";
import { unknownValue } from "../../provider/lifecycle/engine-protocol.ts";
import { LifecycleError } from "../../provider/lifecycle/failure.ts";
import type { ExperimentInputs } from "../../provider/lifecycle/state.ts";
import { marksOf } from "../../selection/previewed.ts";
import { podName } from "../../selection/select.ts";
import { ownedPod } from "../support/fake-surroundings.ts";
import { said, status } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const { spec } = inputs();
const fronts = Array.from({ length: 7 }, (_, index) =>
	ownedPod(`front-${index}`, { nodeName: index < 4 ? "n1" : "n2" }),
);
const others = Array.from({ length: 15 }, (_, index) => ownedPod(`back-${index}`));
const title = 'NetworkChaos "default/cut-1a2b3c4d"';

let world: World;

beforeEach(() => {
	world = new World();
	world.cluster.surroundings.pods = [...fronts, ...others];
	world.cluster.surroundings.nodeObjects.push({ metadata: { name: "n2", uid: "n2" } });
});

type More = { [Name in keyof ExperimentInputs]?: unknown };

async function check(more: More = {}, olds?: More) {
	const { inputs: checked, failures } = await world.handlers.experiment.check(olds, { ...inputs(), ...more });
	return { checked, reasons: failures.map(({ reason }) => reason) };
}

describe("a preview", () => {
	it("says in one line how many of how many pods, whose, where, and what budget they would break", async () => {
		world.cluster.surroundings.budgets = [
			{
				metadata: { name: "front", namespace: "default" },
				spec: { selector: { matchLabels: { app: "front" } } },
				status: { disruptionsAllowed: 2 },
			},
			{
				metadata: { name: "back", namespace: "default" },
				spec: { selector: { matchExpressions: [{ key: "app", operator: "In", values: ["back"] }] } },
				status: { disruptionsAllowed: 0 },
			},
		];
		const { checked, reasons } = await check();
		expect(reasons).toEqual([]);
		expect(checked.previewed).toEqual(fronts.map(({ metadata }) => `default/${metadata.name}`));
		expect(world.said).toEqual([
			`${title} would hit 7 of 22 pods in namespace default: Deployment default/front 7 of 7 (100 %); on nodes n1 (4), n2 (3); in zone a (4); ` +
				"breaks the disruption budget default/front (7 pods of it, 2 may be missing)",
		]);
	});

	it("fails for more than the stack's own guard rails allow, and leaves those out of the state", async () => {
		const { checked, reasons } = await check({ guardRails: { maxShare: 50, maxTargets: 5 } });
		expect(reasons).toEqual([
			"selector: 7 of the 7 pods of Deployment default/front would be hit, more than 50 %; at most 3 may be: use mode " +
				'"fixed" with value "3" (maxShare of this stack\'s configuration)',
			'selector: 7 pods would be hit, more than 5; use mode "fixed" with a smaller value, or a narrower selector ' +
				"(maxTargets of this stack's configuration)",
		]);
		expect(checked).not.toHaveProperty("guardRails");
		expect((await check({ guardRails: { maxShare: 100, maxTargets: 7 } })).reasons).toEqual([]);
	});

	it("says which nodes can't do it, as their daemons have reported", async () => {
		const name = "NetworkChaos/partition";
		const report = (node: string, able: boolean, why?: string) => ({
			metadata: { name: node },
			spec: {
				faults: [
					{ name: "NetworkChaos/delay", able: !able },
					{ name, able, ...(why && { why }) },
				],
			},
		});
		world.cluster.surroundings.reports = [report("n1", true), report("n2", false, "the kernel has no nf_tables")];
		await check();
		expect(world.said[0]).toContain("; node n2 can't do it (the kernel has no nf_tables)");
		world.cluster.surroundings.reports = [report("n1", true)];
		await check();
		expect(world.said[1]).toContain("; node n2 can't do it (no chaos daemon has reported from it)");
		await check({ kind: "PodChaos", spec: { action: "pod-failure", mode: "all", selector: spec["selector"] } });
		expect(world.said[2]).not.toContain("can't do it");
	});

	it("counts both sides", async () => {
		const target = { mode: "fixed", value: "3", selector: { labelSelectors: { app: "back" } } };
		await check({ spec: { ...spec, target } });
		expect(world.said[0]).toContain(
			"would hit 10 of 22 pods in namespace default: Deployment default/front 7 of 7 (100 %), Deployment default/back 3 of 15 (20 %);",
		);
	});

	it("draws by whose it is and its triggers", async () => {
		const random = { ...spec, mode: "fixed", value: "3" };
		const { previewed } = (await check({ spec: random })).checked;
		expect(previewed).toHaveLength(3);
		expect((await check({ spec: random })).checked.previewed).toEqual(previewed);
		const drawn = new Set<string>();
		for (let trigger = 0; trigger < 20; trigger++) {
			drawn.add(String((await check({ spec: random, triggers: [trigger] })).checked.previewed));
		}
		expect(drawn.size).toBeGreaterThan(5);
	});

	it("looks once, when the experiment is made or made anew, and promises nothing of what is there", async () => {
		const { outs } = await world.handlers.experiment.create(inputs());
		const olds = { ...outs, previewed: ["default/gone-1"] };
		expect((await check({ timeout: "2m", limit: { targets: 1 } }, olds)).checked).not.toHaveProperty("previewed");
		expect(world.said).toEqual([]);
		expect((await check({ triggers: [1] }, olds)).checked.previewed).toHaveLength(7);
	});

	it.each<[string, More, string]>([
		[
			"its selector",
			{ spec: { ...spec, selector: unknownValue } },
			`${title} would hit pods that are not known yet: its spec depends on what is not there yet`,
		],
		[
			"its namespace",
			{ namespace: unknownValue },
			'NetworkChaos "cut-1a2b3c4d" would hit pods that are not known yet: its namespace depends on what is not there yet',
		],
	])("says so when %s is not known", async (_what, more, sentence) => {
		const { checked, reasons } = await check(more);
		expect({ reasons, previewed: checked.previewed }).toEqual({ reasons: [], previewed: unknownValue });
		expect(world.said).toEqual([sentence]);
	});

	it("says so when a namespace is not there yet, or the cluster does not say", async () => {
		const { checked, reasons } = await check({ namespace: "soon" });
		expect({ reasons, previewed: checked.previewed }).toEqual({ reasons: [], previewed: undefined });
		world.cluster.surroundings.failure = new ApiError(0, "connect ECONNREFUSED");
		expect((await check()).reasons).toEqual([]);
		expect(world.said).toEqual([
			'NetworkChaos "soon/cut-1a2b3c4d" would hit pods that are not known yet: namespace "soon" does not exist; create it or correct the name',
			`${title} would hit pods that are not known yet: the cluster ${world.cluster.where} does not say (connect ECONNREFUSED)`,
		]);
	});
});

describe("a preview fails", () => {
	it.each<[string, More, string]>([
		[
			"when it would hit nobody",
			{ spec: { ...spec, selector: { labelSelectors: { app: "frnt" } } } },
			'selector: matches no running pod: pods with label app="frnt" in namespace "default"; start such pods or correct the selector',
		],
		[
			"when nobody is on the other side",
			{ spec: { ...spec, target: { mode: "all", selector: { nodes: ["n7"] } } } },
			'target.selector: node "n7" does not exist; create it or correct the name',
		],
		[
			"when there are more targets than its limit",
			{ limit: { targets: 5 } },
			"limit.targets: 5 is less than the 7 pods that would be hit (default/front-0, default/front-1, default/front-2 and 4 more); select fewer, or allow more",
		],
		[
			"when a larger share of a workload is hit than its limit",
			{ limit: { percent: 30, targets: 7 }, spec: { ...spec, mode: "fixed", value: "3" } },
			"limit.percent: 30 is less than what would be hit of Deployment default/front 3 of 7 (43 %); select fewer, or allow more",
		],
	])("%s", async (_what, more, reason) => {
		expect((await check(more)).reasons).toEqual([reason]);
	});
});

describe("what was previewed", () => {
	it("is what is hit, and the controller is told what to draw by", async () => {
		const { checked } = await check({ spec: { ...spec, mode: "one" } });
		await world.handlers.experiment.create(checked);
		const { annotations = {} } = world.cluster.objects.get("default/cut-1a2b3c4d")?.metadata ?? {};
		expect(annotations["pulumi-chaos.io/seed"]).toMatch(/^[0-9a-f]{32}$/);
	});

	it("may be within its limit by then no more, or not have been known", async () => {
		await expect(world.handlers.experiment.create(inputs({ limit: { targets: 6 } }))).rejects.toThrow(
			`${title} was not made: limit.targets: 6 is less than the 7 pods that would be hit`,
		);
		expect(world.cluster.requests).toEqual(["get networkchaos default/cut-1a2b3c4d"]);
	});

	it("may be fewer when the experiment is made, and nobody else", async () => {
		const { checked } = await check();
		world.cluster.surroundings.pods.push(ownedPod("front-7"));
		await expect(world.handlers.experiment.create(checked)).rejects.toThrow(
			`${title} was not made: it would hit "default/front-7", who was not among those previewed (default/front-0, default/front-1, default/front-2, default/front-3, default/front-4 and 2 more); see with "pulumi preview" who it is now`,
		);
		expect(world.cluster.requests).toEqual(["get networkchaos default/cut-1a2b3c4d"]);
		world.cluster.surroundings.pods = fronts.slice(1);
		await world.handlers.experiment.create(checked);
	});

	const marks = () => world.cluster.objects.get("default/cut-1a2b3c4d")?.metadata.annotations?.[previewedAnnotation];
	const all = fronts.map(podName);

	it.each<[string, More, string[] | undefined]>([
		["those of the preview", { previewed: all }, all],
		["those who are counted by a limit, when the preview knew nobody", { limit: { targets: 7 } }, all],
		["nobody in particular, when the preview knew nobody", {}, undefined],
		["nobody in particular, when it follows its selector", { previewed: all, follow: true }, undefined],
	])("is what the controller holds itself to: %s", async (_who, more, expected) => {
		await world.handlers.experiment.create({ ...inputs(), ...more } as ExperimentInputs);
		expect(marks()).toBe(expected && marksOf(expected));
	});

	it("is refused by the controller when somebody comes after the last look, and nothing is left of it", async () => {
		const { checked } = await check();
		const message = 'it would hit "default/front-7", who was not among those previewed';
		world.cluster.reconcile = (made) => {
			made.status = status([said("Selected", false, "NotPreviewed", message)]);
		};
		await expect(world.handlers.experiment.create(checked)).rejects.toThrow(
			new LifecycleError(`${title} was not made: ${message}`),
		);
		expect(world.cluster.objects.size).toBe(0);
	});
});
