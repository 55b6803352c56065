import { expect, it } from "vitest";
import { judgeTargets } from "../../guard-rails/judge.ts";
import type { GuardRailsSpec } from "../../guard-rails/spec.ts";

const web = (hit: number, of: number) => ({ name: "Deployment shop/web", hit, of });
const said = (spec: GuardRailsSpec, pods: number, ...workloads: ReturnType<typeof web>[]) =>
	judgeTargets([{ title: "R", spec }], { pods, workloads });

it("bounds the share of each workload", () => {
	expect(said({ maxShare: 50 }, 3, web(2, 4), web(1, 2))).toEqual([]);
	expect(said({ maxShare: 50 }, 4, web(1, 2), web(2, 3))).toEqual([
		'2 of the 3 pods of Deployment shop/web would be hit, more than 50 %; at most 1 may be: use mode "fixed" with value "1" (maxShare of R)',
	]);
});

it("says how many pods there must be before any may be hit", () => {
	expect(said({ maxShare: 30 }, 1, web(1, 3))).toEqual([
		"1 of the 3 pods of Deployment shop/web would be hit, more than 30 %; none may be while it has fewer than 4 (maxShare of R)",
	]);
	expect(said({ maxShare: 30 }, 1, web(1, 4))).toEqual([]);
});

it("bounds the number of pods", () => {
	expect(said({ maxTargets: 3 }, 3)).toEqual([]);
	expect(said({ maxTargets: 3 }, 4)).toEqual([
		'4 pods would be hit, more than 3; use mode "fixed" with a smaller value, or a narrower selector (maxTargets of R)',
	]);
});

it("allows nothing while guard rails can't be read", () => {
	expect(judgeTargets([{ title: "R", spec: undefined }], { pods: 0, workloads: [] })).toEqual([
		"nothing is allowed while R can't be read: : undefined is not an object",
	]);
});
