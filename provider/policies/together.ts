import { quote } from "../../api/problem.ts";
import type { PolicyExperiment } from "./experiment.ts";
import { describePods, keyOf, meet, type Selection, selectionsOf } from "./selection.ts";

/** What a policy has to say, and of which resource. */
export interface Violation {
	urn: string;
	message: string;
}

/** How much the experiments of a stack may hit of the same pods, all together. */
export interface TogetherLimits {
	/** Percent; default: 100. */
	maxShare?: number;
	/** Number of pods, of those that are asked for by number; default: any. */
	maxTargets?: number;
}

/** Selections of the same words that ask for more together than a workload may lose; said of the last experiment among them, by name. */
export function tooMuchTogether(experiments: readonly PolicyExperiment[], limits: TogetherLimits): Violation[] {
	const { maxShare = 100, maxTargets = Number.POSITIVE_INFINITY } = limits;
	return [...Map.groupBy(selectionsOf(inOrder(experiments)), keyOf).values()].flatMap((same) => [
		...beyond(same, shareOf, maxShare, "%"),
		...beyond(same, numberOf, maxTargets, "pods"),
	]);
}

/** Experiments that meet in pods, two at a time; said of the later one, by name. */
export function onSamePods(experiments: readonly PolicyExperiment[]): Violation[] {
	const all = inOrder(experiments);
	return all.flatMap((later, index) =>
		all.slice(0, index).flatMap((earlier) => {
			const shared = selectionsOf([later]).find((one) => selectionsOf([earlier]).some((other) => meet(one, other)));
			if (!shared) return [];
			const message =
				`${title(later)} and ${title(earlier)} can hit the same pods (${describePods(shared)}), and nobody could tell which ` +
				"fault did what; have one select others, or run them one after the other";
			return [{ urn: later.urn, message }];
		}),
	);
}

/** In which order a program makes its resources is a matter of chance, and what is said should not be. */
function inOrder(experiments: readonly PolicyExperiment[]): PolicyExperiment[] {
	return experiments.toSorted((one, other) => (one.urn < other.urn ? -1 : 1));
}

function beyond(
	same: readonly Selection[],
	measure: (one: Selection) => number,
	most: number,
	unit: string,
): Violation[] {
	// Both sides of one fault may be the same pods, which it hits once.
	const parts = [...Map.groupBy(same, ({ experiment }) => experiment).values()]
		.map((sides) => ({ one: sides[0] as Selection, amount: Math.max(...sides.map(measure)) }))
		.filter(({ amount }) => amount > 0);
	const sum = parts.reduce((total, { amount }) => total + amount, 0);
	const last = parts.at(-1);
	if (sum <= most || !last) return [];
	const each = parts.map(({ one, amount }) => `${title(one.experiment)} ${amount} ${unit}`).join(", ");
	const message = `${sum} ${unit} of ${describePods(last.one)} would be hit by all faults together (${each}), more than ${most} ${unit}`;
	return [{ urn: last.one.experiment.urn, message }];
}

/** The share of the selected pods that is asked for, in percent; of a number of pods nobody knows the share. */
function shareOf({ side: { mode, value } }: Selection): number {
	if (mode === "all") return 100;
	return mode === "fixed-percent" || mode === "random-max-percent" ? Number(value) : 0;
}

function numberOf({ side: { mode, value } }: Selection): number {
	if (mode === "one") return 1;
	return mode === "fixed" ? Number(value) : 0;
}

function title({ kind, name }: PolicyExperiment): string {
	return `${kind.kind} ${quote(name)}`;
}
