import { describe, expect, it } from "vitest";
import { pauseAnnotation } from "../../../api/names.ts";
import type { Probe } from "../../../api/probe.ts";
import { planPod } from "../../../faults/pod/plan.ts";
import { podChaos } from "../../../faults/pod/spec.ts";
import { experiment, TestWorld, two } from "../world.ts";

const probe = (name: string, fields: Partial<Probe> = {}): Probe => ({
	name,
	type: "tcp",
	tcp: { host: name, port: 80 },
	interval: "1s",
	...fields,
});
const failed = { outcome: "failed", message: "connection refused" } as const;
const unasked = { outcome: "error", message: "it may not be asked" } as const;

/** A world whose experiment, of 60 s, has these probes. */
function probed(...probes: Probe[]): TestWorld {
	const world = new TestWorld(two());
	world.experiment = experiment({ spec: { duration: "60s", probes } });
	return world;
}

const injectedOn = (world: TestWorld): number => world.on("node-1").length + world.on("node-2").length;
const statusOf = (world: TestWorld, name: string) =>
	world.experiment?.status?.probes?.find((status) => status.name === name);
const verdictOf = (world: TestWorld) => world.experiment?.status?.verdict;
const told = (world: TestWorld, reason: string): string[] =>
	world.announced.filter((one) => one.reason === reason).map(({ message }) => message);

describe("before", () => {
	it("injects nothing until every probe has passed", async () => {
		const world = probed(probe("front", { tolerance: 5 }), probe("back", { when: ["before"] }));
		world.answers.set("front", failed);
		await world.settle();
		await world.pass(2500);
		expect(world.injected).toEqual([]);
		expect(world.condition("AllInjected")).toMatchObject({
			status: "False",
			reason: "Probing",
			message: "nothing is injected until these probes have passed: front",
		});
		world.answers.clear();
		await world.pass(1000);
		expect(injectedOn(world)).toBe(2);
		expect(statusOf(world, "front")).toMatchObject({
			before: { outcome: "Passed", passed: 1, failed: 3, failedInRow: 0 },
		});
	});

	it("that fails lets nothing be injected, ever, and the experiment says nothing of the system", async () => {
		const world = probed(probe("front", { tolerance: 2 }));
		world.answers.set("front", failed);
		await world.settle();
		await world.pass(1000);
		expect(verdictOf(world)).toBeUndefined();
		await world.pass(1000);
		const message = 'probe "front" has failed 3 times in a row before anything was injected: connection refused';
		expect(world.condition("AllInjected")).toMatchObject({
			status: "False",
			reason: "ProbeFailed",
			message: `the fault should not be in place: ${message}`,
		});
		expect([verdictOf(world), world.condition("AllRecovered")?.status]).toEqual(["inconclusive", "True"]);
		expect([told(world, "ProbeFailed"), told(world, "Verdict")]).toEqual([
			[message],
			['the verdict is "inconclusive"'],
		]);
		world.answers.clear();
		world.restart();
		await world.settle();
		await world.pass(70_000);
		expect([world.injected, world.looks.length, world.condition("Aborted")]).toEqual([[], 3, undefined]);
		world.delete();
		await world.settle();
		expect(world.experiment).toBeUndefined();
	});

	it("that can't be asked is an error", async () => {
		const world = probed(probe("front"));
		world.answers.set("front", unasked);
		await world.settle();
		expect([verdictOf(world), world.condition("AllInjected")?.reason]).toEqual(["error", "ProbeError"]);
		expect(world.injected).toEqual([]);
	});

	it("is not asked for what has no target", async () => {
		const world = probed(probe("front"));
		world.pods.clear();
		await world.settle();
		await world.pass(3000);
		expect([world.looks, world.condition("AllInjected")?.reason]).toEqual([[], "NoTarget"]);
	});
});

describe("during", () => {
	const during = (fields: Partial<Probe> = {}) => probe("front", { when: ["during"], ...fields });

	it("that fails more often than is tolerated stops the fault at once, for good", async () => {
		const world = probed(during({ tolerance: 1 }));
		await world.settle();
		await world.pass(5000);
		expect(injectedOn(world)).toBe(2);
		world.answers.set("front", failed);
		await world.pass(1000);
		expect(injectedOn(world)).toBe(2);
		await world.pass(1000);
		expect(injectedOn(world)).toBe(0);
		const message = 'probe "front" has failed 2 times in a row while the fault was in place: connection refused';
		expect(world.condition("Aborted")).toMatchObject({
			status: "True",
			reason: "ProbeFailed",
			message: `${message}; the fault is taken out and not put in again`,
		});
		expect(world.condition("AllInjected")?.reason).toBe("Aborted");
		expect([verdictOf(world), world.condition("AllRecovered")?.status]).toEqual(["aborted", "True"]);
		expect(told(world, "Aborted")).toEqual([`${message}; the fault is recovered`]);
		world.answers.clear();
		world.restart();
		await world.settle();
		await world.pass(60_000);
		expect([world.injected.length, verdictOf(world), world.condition("Aborted")?.status]).toEqual([
			2,
			"aborted",
			"True",
		]);
		expect(told(world, "TimeUp")).toEqual([]);
	});

	it("that fails and passes in turn is tolerated", async () => {
		const world = probed(during({ tolerance: 1 }));
		await world.settle();
		for (let round = 0; round < 10; round++) {
			world.answers.set("front", failed);
			await world.pass(1000);
			world.answers.clear();
			await world.pass(1000);
		}
		expect([injectedOn(world), world.condition("Aborted")]).toEqual([2, undefined]);
	});

	it("that can't be asked stops the fault as well: nobody knows what it does", async () => {
		const world = probed(during());
		await world.settle();
		world.answers.set("front", unasked);
		await world.pass(1000);
		expect([injectedOn(world), verdictOf(world)]).toEqual([0, "aborted"]);
		expect(world.condition("Aborted")).toMatchObject({
			reason: "ProbeError",
			message: expect.stringContaining('probe "front" could not be asked while the fault was in place: it may not'),
		});
	});

	it("is not asked before the fault is in place anywhere, and ends nothing that was not there", async () => {
		const world = probed(during());
		world.answers.set("front", failed);
		for (const node of ["node-1", "node-2"]) world.dead.add(node);
		await world.settle();
		await world.pass(5000);
		expect([world.looks, world.condition("Aborted")]).toEqual([[], undefined]);
		await world.pass(56_000);
		world.dead.clear();
		await world.pass(60_000);
		expect([world.looks, verdictOf(world)]).toEqual([[], "inconclusive"]);
	});

	it("is counted on by the next leader", async () => {
		const world = probed(during({ tolerance: 3 }));
		await world.settle();
		world.answers.set("front", failed);
		await world.pass(5000 - 1000);
		expect(statusOf(world, "front")?.during?.failedInRow).toBeGreaterThan(0);
		expect(injectedOn(world)).toBe(0);
		const other = probed(during({ tolerance: 5 }));
		await other.settle();
		other.answers.set("front", failed);
		await other.pass(4000);
		const { failedInRow = 0 } = statusOf(other, "front")?.during ?? {};
		expect(failedInRow).toBeGreaterThan(1);
		other.restart();
		await other.settle();
		await other.pass((5 - failedInRow) * 1000);
		expect([injectedOn(other), verdictOf(other)]).toEqual([0, "aborted"]);
	});

	it("is not asked while the experiment is paused, and is again afterwards", async () => {
		const world = probed(during());
		await world.settle();
		world.annotate({ [pauseAnnotation]: "true" });
		await world.settle();
		const looks = world.looks.length;
		world.answers.set("front", failed);
		await world.pass(10_000);
		expect([world.looks.length, world.condition("Aborted")]).toEqual([looks, undefined]);
		world.annotate({});
		await world.settle();
		expect([verdictOf(world), injectedOn(world)]).toEqual(["aborted", 0]);
	});

	it("costs few writes while nothing changes", async () => {
		const world = probed(during());
		await world.settle();
		const writes = world.statusWrites;
		await world.pass(58_000);
		expect(world.looks.length).toBeGreaterThan(50);
		expect(world.statusWrites - writes).toBeLessThanOrEqual(2);
		expect(statusOf(world, "front")?.samples).toHaveLength(10);
	});
});

it("what was seen stays when a later controller takes the spec for wrong", async () => {
	const world = probed(probe("front", { when: ["during"] }));
	await world.settle();
	world.answers.set("front", failed);
	await world.pass(1000);
	const { probes, verdict } = world.experiment?.status ?? {};
	expect(verdict).toBe("aborted");
	if (world.experiment) world.experiment.spec["direction"] = "up";
	world.restart();
	await world.settle();
	expect([world.experiment?.status?.probes, verdictOf(world), injectedOn(world)]).toEqual([probes, "aborted", 0]);
});

describe("after", () => {
	it("has every probe passed: so has the experiment", async () => {
		const world = probed(probe("front"));
		await world.settle();
		await world.pass(59_000);
		expect([injectedOn(world), verdictOf(world)]).toEqual([0, "passed"]);
		expect(statusOf(world, "front")).toMatchObject({
			before: { outcome: "Passed", passed: 1, failed: 0 },
			during: { outcome: "Passed", failed: 0 },
			after: { outcome: "Passed", passed: 1, failed: 0 },
		});
		expect(told(world, "Verdict")).toEqual(['the verdict is "passed"']);
		const looks = world.looks.length;
		await world.pass(60_000);
		expect(world.looks.length).toBe(looks);
	});

	it("waits as long as is tolerated for the system to come back, and then says that it has not", async () => {
		const world = probed(probe("front", { when: ["after"], tolerance: 3 }));
		world.answers.set("front", failed);
		await world.settle();
		await world.pass(59_000 + 2000);
		expect([world.looks.length, verdictOf(world)]).toEqual([3, undefined]);
		await world.pass(1000);
		expect([verdictOf(world), world.condition("Aborted")]).toEqual(["failed", undefined]);
		expect(told(world, "ProbeFailed")).toEqual([
			'probe "front" has failed 4 times in a row after the fault was recovered: connection refused',
		]);
	});

	it("is asked before an object that is deleted goes, and holds it for ten seconds at most", async () => {
		const world = probed(probe("front", { when: ["after"], tolerance: 100 }));
		world.answers.set("front", failed);
		await world.settle();
		await world.pass(5000);
		world.delete();
		await world.settle();
		expect(injectedOn(world)).toBe(0);
		await world.pass(5000);
		expect(world.experiment).toBeDefined();
		const [asked, again] = [world.looks.length, await world.settle()];
		expect(asked).toBeGreaterThan(3);
		world.clock += again ?? 0;
		await world.settle();
		expect(world.experiment).toBeUndefined();
		expect(told(world, "Verdict")).toEqual(['the verdict is "inconclusive"']);
	});

	it("lets a deleted object go as soon as it has passed", async () => {
		const world = probed(probe("front"));
		await world.settle();
		await world.pass(5000);
		world.delete();
		await world.settle();
		expect(world.experiment).toBeUndefined();
		expect(told(world, "Verdict")).toEqual(['the verdict is "passed"']);
	});

	it("says nothing of what was not hit in every place", async () => {
		const world = probed(probe("front", { when: ["during"] }));
		world.onInject = ({ target }) =>
			target.pod === "b" ? { status: "failed", message: "no" } : { status: "injected" };
		await world.settle();
		await world.pass(61_000);
		expect(verdictOf(world)).toBe("inconclusive");
	});
});

describe("what is done once", () => {
	/** A world in which the pods of the experiment are killed. */
	function killing(one: Probe): TestWorld {
		const world = probed();
		world.kind = podChaos;
		world.plan = planPod as unknown as TestWorld["plan"];
		world.experiment = experiment({ spec: { action: "pod-kill", duration: undefined, probes: [one] } });
		return world;
	}

	it("is done when the probes before it have passed, and its verdict follows from those after it", async () => {
		const world = killing(probe("front", { tolerance: 2 }));
		await world.settle();
		expect(world.injected.flatMap(({ items }) => items)).toHaveLength(2);
		await world.pass(1000);
		expect([verdictOf(world), statusOf(world, "front")?.after?.outcome]).toEqual(["passed", "Passed"]);
	});

	it("is not done when one of them has failed", async () => {
		const world = killing(probe("front"));
		world.answers.set("front", failed);
		await world.settle();
		expect([world.injected, verdictOf(world)]).toEqual([[], "inconclusive"]);
	});

	it("holds an object that is deleted for ten seconds at most, though nothing is recovered", async () => {
		const world = killing(probe("front", { when: ["after"], tolerance: 1000 }));
		world.answers.set("front", failed);
		await world.settle();
		await world.pass(3000);
		world.delete();
		await world.settle();
		await world.pass(9000);
		expect(world.experiment).toBeDefined();
		await world.pass(2000);
		expect(world.experiment).toBeUndefined();
	});

	it("has failed the system that does not come back", async () => {
		const world = killing(probe("front", { when: ["after"], tolerance: 2 }));
		world.answers.set("front", failed);
		await world.settle();
		await world.pass(3000);
		expect([world.injected.length > 0, verdictOf(world)]).toEqual([true, "failed"]);
	});
});

it("without probes there is no verdict", async () => {
	const world = new TestWorld(two());
	world.experiment = experiment({ spec: { duration: "60s" } });
	await world.settle();
	await world.pass(61_000);
	await world.settle();
	expect(world.experiment?.status).not.toHaveProperty("verdict");
	expect(world.experiment?.status).not.toHaveProperty("probes");
});
