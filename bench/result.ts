import { tableLines } from "../tools/lib/table.ts";

/** One line of `bench/results.json`. */
export interface Result {
	/** `inject-<kind>`, `recover-<kind>`, `up`, `destroy`, `emergency-stop`, `unit-patch`, `unit-nft`. */
	case: string;
	/** What carries the fault: `nftables`, `api-server`; or `simulated`. */
	engine: string;
	targets: number;
	/** How often it was timed. */
	n: number;
	medianMs: number;
	p95Ms: number;
}

/** Sums up the times (ms) of one case. Throws when there are none. */
export function resultOf(name: string, engine: string, targets: number, times: readonly number[]): Result {
	const rounded = (part: number): number => Math.round(quantile(times, part) * 100) / 100;
	return { case: name, engine, targets, n: times.length, medianMs: rounded(0.5), p95Ms: rounded(0.95) };
}

/** The value below which this part of the values is, between two of them by their distance. */
export function quantile(values: readonly number[], part: number): number {
	const sorted = values.toSorted((one, other) => one - other);
	const place = (sorted.length - 1) * part;
	const below = sorted[Math.floor(place)];
	const above = sorted[Math.ceil(place)];
	if (below === undefined || above === undefined) throw new Error("there is no quantile of no values");
	return below + (above - below) * (place - Math.floor(place));
}

/** The results of a run in place of those of the same case, engine and targets. */
export function replaced(before: readonly Result[], fresh: readonly Result[]): Result[] {
	const key = (result: Result): string => `${result.case} ${result.engine} ${result.targets}`;
	const keys = new Set(fresh.map(key));
	return [...before.filter((result) => !keys.has(key(result))), ...fresh];
}

/** Results as a table for people. */
export function resultLines(results: readonly Result[]): string[] {
	const cells = results.map(({ case: name, engine, targets, n, medianMs, p95Ms }) => [
		name,
		engine,
		String(targets),
		String(n),
		medianMs.toFixed(1),
		p95Ms.toFixed(1),
	]);
	return tableLines([["case", "engine", "targets", "n", "median ms", "p95 ms"], ...cells]);
}
