import { quote } from "../api/problem.ts";
import type { GuardRailsSpec } from "./spec.ts";

/** How many pods of a workload are to be hit. */
export interface WorkloadHit {
	/** In words: `Deployment shop/web`. */
	name: string;
	hit: number;
	/** How many pods it has in all. */
	of: number;
}

/** What the targets of an experiment come to. */
export interface Targets {
	/** Pods, on both sides together. */
	pods: number;
	workloads: readonly WorkloadHit[];
}

/** Limits that only the chosen targets can be held against. */
export type TargetLimits = Pick<GuardRailsSpec, "maxShare" | "maxTargets">;

/** What the targets are that is more than a limit allows, in a sentence. */
type Rule<Limit> = (limit: Limit, targets: Targets) => string | undefined;

/** What each of these fields of the guard rails refuses. */
export const targetRules: { readonly [Name in keyof TargetLimits]-?: Rule<NonNullable<TargetLimits[Name]>> } = {
	maxShare: (most, { workloads }) => {
		const beyond = workloads.find(({ hit, of }) => hit * 100 > of * most);
		if (!beyond) return undefined;
		const { name, hit, of } = beyond;
		const fits = Math.floor((of * most) / 100);
		const instead =
			fits > 0
				? `at most ${fits} may be: use mode "fixed" with value ${quote(String(fits))}`
				: `none may be while it has fewer than ${Math.ceil(100 / most)}`;
		return `${hit} of the ${of} pods of ${name} would be hit, more than ${most} %; ${instead}`;
	},
	maxTargets: (most, { pods }) =>
		pods > most
			? `${pods} pods would be hit, more than ${most}; use mode "fixed" with a smaller value, or a narrower selector`
			: undefined,
};
