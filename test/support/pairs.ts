import { expect } from "vitest";
import type { PodReport } from "../../tools/lib/reach.ts";

/** `front -> back by pod, IPv4` and so on, each with how many of the attempts failed and how many there were. */
export function blocked(reports: readonly PodReport[]): Record<string, string> {
	const tallies = new Map<string, { failed: number; all: number }>();
	for (const { role, reached, error } of reports) {
		expect(error).toBeNull();
		for (const attempt of reached) {
			const pair = `${role} -> ${attempt.role} by ${attempt.via}, IPv${attempt.family}`;
			const tally = tallies.get(pair) ?? { failed: 0, all: 0 };
			tallies.set(pair, { failed: tally.failed + (attempt.ok ? 0 : 1), all: tally.all + 1 });
		}
	}
	return Object.fromEntries(
		[...tallies].filter(([, { failed }]) => failed > 0).map(([pair, { failed, all }]) => [pair, `${failed} of ${all}`]),
	);
}

/** All attempts between two roles fail, in both directions: a connection needs the packets of both. */
export function nothingBetween(one: string, other: string): Record<string, string> {
	const pairs = [
		[one, other],
		[other, one],
	];
	return Object.fromEntries(
		pairs.flatMap(([from, to]) =>
			["IPv4", "IPv6"].flatMap((family) => [
				[`${from} -> ${to} by pod, ${family}`, "9 of 9"],
				[`${from} -> ${to} by service, ${family}`, "3 of 3"],
			]),
		),
	);
}
