import { describe, expect, it } from "vitest";
import type { ProbeStatus, Status, Verdict } from "../../api/status.ts";
import type { ExperimentInputs, ExperimentState } from "../../provider/lifecycle/state.ts";
import { injected, said, status, target } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";
const why = 'probe "front" has failed while the fault was in place: status 502, not 200-299';
const over = { passed: 3, failed: 1, failedInRow: 1 };
const sample = (when: "before" | "during") => ({
	time: "2026-01-01T00:00:00Z",
	when,
	outcome: "failed" as const,
	message: "status 502, not 200-299",
});
const probe = (more: Partial<ProbeStatus>): ProbeStatus => ({ name: "front", samples: [], ...more });

const clean = target("shop/front-1", { phase: "Not Injected", recoveredCount: 1 });
const aborted: Status = {
	...status(
		[
			said("AllInjected", false, "Aborted", why),
			said("AllRecovered", true, "Recovered"),
			said("Aborted", true, "ProbeFailed", why),
		],
		[clean],
	),
	probes: [
		probe({
			before: { ...over, outcome: "Passed" },
			during: { ...over, outcome: "Failed" },
			samples: [sample("during")],
		}),
	],
	verdict: "aborted",
};
const before = 'probe "front" has failed before anything was injected: status 502, not 200-299';
const refused: Status = {
	...status(
		[
			said("Selected", true, "Selected"),
			said("AllInjected", false, "ProbeFailed", before),
			said("AllRecovered", true, "Recovered"),
		],
		[{ ...clean, injectedCount: 0, recoveredCount: 0 }],
	),
	probes: [probe({ before: { ...over, outcome: "Failed" }, samples: [sample("before")] })],
	verdict: "inconclusive",
};

/** A world whose controller writes this at once. */
function worldOf(seen: Status): World {
	const world = new World();
	world.cluster.reconcile = (experiment) => {
		experiment.status = seen;
	};
	return world;
}

async function created(): Promise<{ world: World; state: ExperimentState }> {
	const world = new World();
	const { outs } = await world.handlers.experiment.create(inputs());
	return { world, state: outs };
}

async function failure(world: World): Promise<Error & { properties?: object }> {
	return world.handlers.experiment.create(inputs()).then(
		() => Promise.reject(new Error("create did not fail")),
		(error: Error) => error,
	);
}

describe("a probe that fails before anything is injected", () => {
	it("fails the create at once, in its own words, and leaves the resource in the state", async () => {
		const error = await failure(worldOf(refused));
		expect(error.message).toBe(
			`NetworkChaos "${key}" is not injected: ${before}. Nothing was injected. It stays in the state; "pulumi up" makes it anew, ` +
				"and its probes are asked again",
		);
		expect(error.properties).toMatchObject({
			uid: "uid-1",
			phase: "Not started",
			message: before,
			verdict: "inconclusive",
			probes: { front: "before failed: status 502, not 200-299" },
		});
	});

	it("is asked again by the next up: it makes the object anew", async () => {
		const world = worldOf(refused);
		const { properties } = await failure(world);
		world.cluster.reconcile = (experiment) => {
			const status = injected(experiment);
			if (status) experiment.status = status;
		};
		const state = properties as ExperimentState;
		expect(world.handlers.experiment.diff(key, state, inputs())).toEqual({ changes: true });
		const { outs } = await world.handlers.experiment.update(key, state, inputs());
		expect(outs).toMatchObject({ uid: "uid-2", phase: "Injected" });
		expect(outs).not.toHaveProperty("verdict");
	});
});

describe("a probe that fails while the fault is in place", () => {
	it("is said by refresh, once, and is nothing that up puts back", async () => {
		const { world, state } = await created();
		world.cluster.reconcile = () => {};
		world.cluster.setStatus(key, aborted);
		const read = await world.handlers.experiment.read(key, state);
		expect(read).toMatchObject({
			props: {
				phase: "Aborted",
				message: why,
				verdict: "aborted",
				probes: { front: "before passed; during failed: status 502, not 200-299" },
			},
			inputs: { phase: "Aborted" },
		});
		expect(read.inputs).not.toHaveProperty("verdict");
		expect(world.said).toEqual([
			`NetworkChaos "${key}" is not "Injected" but "Aborted": ${why}; it stays out until one of its triggers, or its spec, changes`,
		]);
		const seen = read.props as ExperimentState;
		await world.handlers.experiment.read(key, seen);
		expect(world.said).toHaveLength(1);
		const { check, diff, update } = world.handlers.experiment;
		const olds = read.inputs as ExperimentInputs;
		// What refresh compares with is what was wanted until then.
		expect(diff(key, seen, inputs())).toEqual({ changes: true });
		expect(diff(key, seen, (await check(olds, inputs())).inputs)).toEqual({ changes: false });
		const again = (await check(olds, inputs({ triggers: ["again"] }))).inputs;
		expect(diff(key, seen, again)).toMatchObject({ changes: true, replaces: ["triggers"] });
		const longer = (await check(olds, inputs({ timeout: "9m" }))).inputs;
		expect(diff(key, seen, longer)).toEqual({ changes: true });
		expect((await update(key, seen, longer)).outs).toMatchObject({ uid: "uid-1", phase: "Aborted", timeout: "9m" });
		const paused = (await check(olds, inputs({ paused: true }))).inputs;
		const { outs } = await update(key, seen, paused);
		expect(diff(key, outs, (await check(paused, inputs({ paused: true }))).inputs)).toEqual({ changes: false });
	});

	it("stays what it is when its time is over as well", async () => {
		const { world, state } = await created();
		const conditions = [...(aborted.conditions ?? []), said("Expired", true, "Expired")];
		world.cluster.setStatus(key, { ...aborted, conditions });
		expect(await world.handlers.experiment.read(key, state)).toMatchObject({ props: { phase: "Aborted" } });
	});

	it("fails a create that still waits, and says what makes it run again", async () => {
		const error = await failure(worldOf(aborted));
		expect(error.message).toBe(
			`NetworkChaos "${key}" is not injected: ${why}. It stays in the state, and "pulumi up" does not inject it again until one ` +
				"of its triggers, or its spec, changes",
		);
		expect(error.properties).toMatchObject({ phase: "Aborted", verdict: "aborted" });
	});

	it("leaves the next up nothing to do, also without a refresh and when a target is gone by then", async () => {
		const world = worldOf(aborted);
		const { properties } = await failure(world);
		const conditions = [...(aborted.conditions ?? []), said("TargetGone", true, "TargetGone", "the pod is gone")];
		world.cluster.setStatus(key, { ...aborted, conditions });
		const { outs } = await world.handlers.experiment.update(key, properties as ExperimentState, inputs());
		expect(outs).toMatchObject({ uid: "uid-1", phase: "Aborted", message: why });
	});

	it("is on its way while the fault is still recovered", async () => {
		const { world, state } = await created();
		const [first, , last] = aborted.conditions ?? [];
		const conditions = [first, said("AllRecovered", false, "Recovering", "1 left"), last].filter(
			(one) => one !== undefined,
		);
		world.cluster.setStatus(key, { ...aborted, conditions });
		expect(await world.handlers.experiment.read(key, state)).toMatchObject({ props: { phase: "Recovering" } });
	});
});

describe("the verdict", () => {
	it("of a fault whose time is over is an output, and no drift", async () => {
		const { world, state } = await created();
		const passed = { ...status([said("Expired", true, "Expired")], [clean]), verdict: "passed" as const };
		world.cluster.setStatus(key, { ...passed, probes: [probe({ after: { ...over, outcome: "Passed" } })] });
		expect(await world.handlers.experiment.read(key, state)).toMatchObject({
			props: { phase: "Finished", verdict: "passed", probes: { front: "after passed" } },
			inputs: { phase: "Injected" },
		});
		expect(world.said).toEqual([]);
	});

	it.each<[Verdict | undefined, string[]]>([
		["failed", [`NetworkChaos "${key}": the verdict is "failed" (front: after failed: status 502, not 200-299)`]],
		[undefined, []],
	])("that comes of a destroy is said by it: %s", async (verdict, said) => {
		const { world, state } = await created();
		world.cluster.recovers = false;
		const last = [{ ...sample("during"), when: "after" as const }];
		setTimeout(() => {
			world.cluster.setStatus(key, {
				...status([], [clean]),
				...(verdict && { verdict }),
				probes: [probe({ after: { ...over, outcome: "Failed" }, samples: last })],
			});
		}, 20);
		setTimeout(() => world.cluster.letGo(key), 60);
		await world.handlers.experiment.delete(key, state);
		expect(world.said).toEqual(said);
	});
});
