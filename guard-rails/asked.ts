import { parseDuration } from "../api/duration.ts";
import { isObject } from "../api/json.ts";
import { type FaultKind, traitsOf } from "../api/kind.ts";

/** An experiment as somebody asks for it, as far as it is known. Its spec is right by its schema. */
export interface Asked {
	kind: FaultKind;
	/** Where its object is. */
	namespace: unknown;
	spec: Readonly<Record<string, unknown>>;
	annotations: Readonly<Record<string, unknown>>;
	/** When it begins, ms since the epoch. */
	begins: number;
	/** When it was made, ms since the epoch; absent: now, when it begins. */
	made?: number;
	/** How long an experiment without a duration runs, ms; absent: that is not known. */
	defaultDurationMs?: number;
	/** Says of a value that it is not known yet; such values pass. */
	isUnknown(value: unknown): boolean;
}

/** Whether it is done once and can't be undone, so that no length of time means anything for it. */
export function isOneShot({ kind, spec }: Asked): boolean {
	return traitsOf(kind, spec).oneShot;
}

/** How long it runs, ms; undefined: nothing is said of that, and the default is not known, or what is said is not known yet. */
export function durationOf({ spec, defaultDurationMs }: Asked): number | undefined {
	const given = spec["duration"];
	if (given === undefined || given === "") return defaultDurationMs;
	return typeof given === "string" ? parseDuration(given) : undefined;
}

/** A selection of an experiment, and where it stands in the object. */
export interface Side {
	path: "spec" | "spec.target";
	value: Readonly<Record<string, unknown>>;
}

/** Both sides of a fault, as far as they are there and known. */
export function sidesOf({ spec }: Asked): Side[] {
	const target = spec["target"];
	return [
		{ path: "spec", value: spec },
		...(isObject(target) ? [{ path: "spec.target" as const, value: target }] : []),
	];
}
