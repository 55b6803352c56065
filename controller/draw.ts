import { randomInt } from "node:crypto";
import type { PodSelector } from "../api/selector.ts";

/** Draws a whole number from 0 to below `count`, each as likely as the others. */
export type Pick = (count: number) => number;

/**
 * Takes as many of the candidates as the mode says, in the order that they had; every choice of so many is as likely as any
 * other. Of some candidates at least one is taken: `random-max-percent` draws its share from 1 up, because a draw of none would
 * only be drawn again.
 *
 * @param pick - default: by the system's random source
 */
export function draw<T>(
	candidates: readonly T[],
	{ mode, value }: Omit<PodSelector, "selector">,
	pick: Pick = (count) => randomInt(count),
): T[] {
	const rest = [...candidates];
	const count = howMany(candidates.length, mode, Number(value), pick);
	if (count === candidates.length) return rest;
	const drawn = new Set(Array.from({ length: count }, () => rest.splice(pick(rest.length), 1)).flat());
	return candidates.filter((candidate) => drawn.has(candidate));
}

function howMany(candidates: number, mode: PodSelector["mode"], value: number, pick: Pick): number {
	switch (mode) {
		case "one":
			return Math.min(1, candidates);
		case "all":
			return candidates;
		case "fixed":
			return Math.min(value, candidates);
		case "fixed-percent":
			return share(candidates, value);
		case "random-max-percent":
			return share(candidates, 1 + pick(value));
	}
}

function share(candidates: number, percentage: number): number {
	return Math.ceil((candidates * percentage) / 100);
}
