import { createHash, randomInt } from "node:crypto";
import type { PodSelector } from "../api/selector.ts";

/** Gives a candidate a number from 0 to below 1 to draw it by, each as likely as the others. */
export type Rank = (candidate: string) => number;

/** 2^47: of so many numbers two are hardly ever the same. */
const numbers = 0x8000_0000_0000;

/** Ranks by the system's random source: other ones each time. */
export const random: Rank = () => randomInt(numbers) / numbers;

/**
 * Ranks by a seed: with the same seed the same candidates are drawn, wherever that is done and whoever else there is. Candidates
 * that come and go change no rank, so what was drawn stays drawn but for those that must make place.
 */
export function seeded(seed: string): Rank {
	return (candidate) =>
		(createHash("sha256").update(`${seed}\0${candidate}`).digest().readUIntBE(0, 6) % numbers) / numbers;
}

/**
 * Takes as many of the candidates as the mode says, in the order that they had; every choice of so many is as likely as any
 * other. Of some candidates at least one is taken: `random-max-percent` draws its share from 1 up, because a draw of none would
 * only be drawn again.
 *
 * @param nameOf - what a candidate is ranked by; each has another one, and none is empty
 * @param keeps - candidates that are taken in any case; so many others as then lack are drawn. Default: none
 */
export function draw<T>(
	candidates: readonly T[],
	{ mode, value }: Omit<PodSelector, "selector">,
	nameOf: (candidate: T) => string,
	rank: Rank = random,
	keeps: (candidate: T) => boolean = () => false,
): T[] {
	const count = howMany(candidates.length, mode, Number(value), rank);
	if (count === candidates.length) return [...candidates];
	const kept = new Set(candidates.filter(keeps));
	const ranked = candidates
		.filter((candidate) => !kept.has(candidate))
		.map((candidate) => [rank(nameOf(candidate)), candidate] as const);
	const drawn = new Set(
		ranked
			.sort(([one], [other]) => one - other)
			.slice(0, Math.max(0, count - kept.size))
			.map(([, candidate]) => candidate),
	);
	return candidates.filter((candidate) => kept.has(candidate) || drawn.has(candidate));
}

function howMany(candidates: number, mode: PodSelector["mode"], value: number, rank: Rank): number {
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
			return share(candidates, 1 + Math.floor(rank("") * value));
	}
}

function share(candidates: number, percentage: number): number {
	return Math.ceil((candidates * percentage) / 100);
}
