import { describe, expect, it } from "vitest";
import type { GuardRailsSpec } from "../../guard-rails/spec.ts";
import { pod } from "./pods.ts";
import { experiment, TestWorld } from "./world.ts";

/** A pod of a workload. */
const of = (workload: string, name: string, changes: { metadata?: object; status?: object } = {}) =>
	pod(name, {
		...changes,
		metadata: { labels: { app: workload }, owner: { kind: "StatefulSet", name: workload }, ...changes.metadata },
	});

/** Four pods of `web` and one of `db`. */
const shop = () => [...["a", "b", "c", "d"].map((name) => of("web", name)), of("db", "e")];

/** A world with a partition under guard rails. */
function worldOf(spec: GuardRailsSpec, asked: object = {}, pods = shop()): TestWorld {
	const world = new TestWorld(pods);
	world.guardRails = [{ title: 'GuardRails "production"', spec }];
	world.experiment = experiment({ spec: asked });
	return world;
}

/** What the conditions say of an experiment that is refused; nothing is done to any pod. */
function refused(world: TestWorld): string | undefined {
	expect(world.condition("Selected")).toMatchObject({ status: "False", reason: "GuardRails" });
	expect(world.condition("AllInjected")).toMatchObject({ status: "False", reason: "GuardRails" });
	expect(world.records).toEqual([]);
	expect(world.injected).toEqual([]);
	return world.condition("Selected")?.message;
}

describe("an experiment that wants more than guard rails allow", () => {
	it("injects nothing, says what would fit, and looks again", async () => {
		const world = worldOf({ maxShare: 50 });
		expect(await world.settle()).toBe(5000);
		expect(refused(world)).toBe(
			"more than the guard rails allow: 4 of the 4 pods of StatefulSet shop/web would be hit, more than 50 %; at most 2 may " +
				'be: use mode "fixed" with value "2" (maxShare of GuardRails "production")',
		);
		expect(world.announced).toContainEqual(expect.objectContaining({ type: "Warning", reason: "Failed" }));
	});

	it("goes on when they allow more, and when there are more pods", async () => {
		const world = worldOf({ maxShare: 50 }, { mode: "fixed", value: "3" });
		await world.settle();
		expect(refused(world)).toContain("3 of the 4 pods");
		for (const name of ["f", "g"]) world.setPod(of("web", name));
		await world.settleLater();
		expect(world.records).toHaveLength(3);
		expect(world.condition("AllInjected")?.status).toBe("True");

		const other = worldOf({ maxTargets: 3 });
		await other.settle();
		expect(refused(other)).toContain("4 pods would be hit, more than 3");
		other.guardRails = [];
		await other.settleLater();
		expect(other.condition("AllInjected")?.status).toBe("True");
	});

	it("is held against them as it is too: they may be younger than it", async () => {
		const world = worldOf({ maxDuration: "15m", namespaces: ["team-*"] });
		await world.settle();
		expect(refused(world)).toBe(
			'more than the guard rails allow: spec.selector.namespaces[0]: "shop" may not be hit; hit "team-*" (namespaces of ' +
				'GuardRails "production"); spec.duration: missing, and the default of the installation is 1h; use at most "15m" ' +
				'(maxDuration of GuardRails "production")',
		);
	});

	it("that has waited for targets begins in a window, and not after it", async () => {
		const windows = [{ from: "00:00", to: "00:30" }];
		const world = worldOf({ windows }, { duration: "30m" }, []);
		await world.settle();
		expect(world.condition("Selected")?.reason).toBe("NoTarget");
		for (const one of shop()) world.setPod(one);
		world.clock = Date.parse("2026-01-01T00:29:59Z");
		await world.settle();
		expect(world.condition("AllInjected")?.status).toBe("True");

		const late = worldOf({ windows: [{ from: "00:00", to: "00:10" }] }, { duration: "30m" });
		late.clock = Date.parse("2026-01-01T00:10:00Z");
		await late.settle();
		expect(refused(late)).toContain("nothing may begin at 2026-01-01T00:10:00Z, outside of the windows");
	});
});

describe("the share of a workload", () => {
	it("counts its pods that run, and those alone", async () => {
		const pods = shop();
		pods[2] = of("web", "c", { status: { phase: "Failed" } });
		pods[3] = of("web", "d", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
		const world = worldOf({ maxShare: 50 }, { mode: "fixed", value: "2" }, pods);
		await world.settle();
		expect(refused(world)).toContain("2 of the 2 pods of StatefulSet shop/web");
	});

	it("counts also those that the selector leaves out", async () => {
		const pods = shop();
		pods[0] = of("web", "a", { metadata: { labels: { app: "web", track: "canary" } } });
		const world = worldOf({ maxShare: 25 }, { selector: { labelSelectors: { track: "canary" } } }, pods);
		await world.settle();
		expect(world.records.map(({ id }) => id)).toEqual(["shop/a"]);
	});

	it("is that of each workload on both sides, and each pod counts once", async () => {
		const target = { mode: "all", selector: { labelSelectors: { app: "db" } } };
		const one = { mode: "one", target };
		const world = worldOf({ maxShare: 60 }, one);
		await world.settle();
		expect(refused(world)).toContain("1 of the 1 pods of StatefulSet shop/db");

		const both = worldOf({ maxTargets: 4 }, { target: { ...target, selector: { labelSelectors: { app: "web" } } } });
		await both.settle();
		expect(both.records).toHaveLength(8);
	});
});

it("leaves alone what is in place already, and ends it in time", async () => {
	const world = new TestWorld(shop());
	world.experiment = experiment({ spec: { duration: "10m" } });
	await world.settle();
	world.guardRails = [{ title: "R", spec: { kinds: ["StressChaos"], maxTargets: 1 } }];
	await world.settleLater();
	expect(world.condition("AllInjected")?.status).toBe("True");
	world.clock = Date.parse("2026-01-01T00:10:00Z");
	await world.settle();
	expect(world.condition("AllRecovered")?.status).toBe("True");
});

it("lets go what it refused, as soon as that is deleted", async () => {
	const world = worldOf({ kinds: ["StressChaos"] });
	await world.settle();
	refused(world);
	world.delete();
	await world.settle();
	expect(world.experiment).toBeUndefined();
});
