import { tableLines } from "../tools/lib/table.ts";
import type { Result } from "./result.ts";

/** Something that must hold, and whether it does. Times are compared with others of the same run only. */
export interface Bound {
	what: string;
	value: number;
	/** The value may be as large as this. */
	most: number;
	unit: string;
}

/** Seconds that an emergency stop of 40 targets may take: the one time that people wait for with a clock in their hand. */
const mostStop = 5;
/** Bytes that controller and daemon may each hold while 40 pods are hit, and that an experiment of any size may have. */
const mostMemory = 120e6;
const mostObject = 1e6;

/** Resident bytes while 40 pods are hit, with all processes of the pod. */
export interface Memory {
	controller: number;
	daemon: number;
}

/** What must hold on real pods. */
export function realBounds(results: readonly Result[], memory: Memory): Bound[] {
	const time = (name: string, targets: number): number => medianOf(results, name, targets);
	const nft = time("unit-nft", 1);
	const further = (name: string): number => (time(name, 40) - time(name, 1)) / 39;
	return [
		{
			what: "one target: inject <= 12 x unit-patch + 3 x unit-nft",
			value: time("inject-NetworkChaos", 1),
			most: 12 * time("unit-patch", 1) + 3 * nft,
			unit: "ms",
		},
		...["inject", "recover"].map((step) => ({
			what: `each further pod: ${step} <= 1.5 x unit-nft`,
			value: further(`${step}-NetworkChaos`),
			most: 1.5 * nft,
			unit: "ms",
		})),
		{ what: "emergency stop of 40 targets", value: time("emergency-stop", 40) / 1000, most: mostStop, unit: "s" },
		...Object.entries(memory).map(([part, bytes]) => ({
			what: `resident memory of the ${part}, 40 pods hit`,
			value: bytes / 1e6,
			most: mostMemory / 1e6,
			unit: "MB",
		})),
	];
}

/** What must hold with simulated pods; `objectBytes` is the size of the largest experiment. */
export function simulatedBounds(results: readonly Result[], objectBytes: number): Bound[] {
	const each = (name: string, targets: number): number => medianOf(results, name, targets) / targets;
	return [
		...["inject", "recover"].map((step) => ({
			what: `${step}, time a target: at 6,000 as at 1,000`,
			value: each(`${step}-NetworkChaos`, 6000),
			most: each(`${step}-NetworkChaos`, 1000),
			unit: "ms",
		})),
		{ what: "size of the object at 6,000", value: objectBytes / 1e6, most: mostObject / 1e6, unit: "MB" },
	];
}

/** Whether a bound holds. */
export function holds({ value, most }: Bound): boolean {
	return value <= most;
}

/** Bounds as a table for people. */
export function boundLines(bounds: readonly Bound[]): string[] {
	const cells = bounds.map((bound) => [
		holds(bound) ? "holds" : "DOES NOT HOLD",
		bound.what,
		`${bound.value.toFixed(2)} ${bound.unit}`,
		`${bound.most.toFixed(2)} ${bound.unit}`,
	]);
	return tableLines([["", "must hold", "is", "at most"], ...cells]);
}

function medianOf(results: readonly Result[], name: string, targets: number): number {
	const found = results.find((result) => result.case === name && result.targets === targets);
	if (!found) throw new Error(`${name} with ${targets} targets was not timed`);
	return found.medianMs;
}
