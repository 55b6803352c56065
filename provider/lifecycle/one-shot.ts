import { isObject } from "../../api/json.ts";
import { type FaultKind, traitsOf } from "../../api/kind.ts";
import { kinds } from "../kinds.ts";

/** Whether an experiment, with this spec, is done once and can't be undone, as a pod that is killed. */
export function isOneShot({ kind, spec }: { kind: string; spec: unknown }): boolean {
	const known = kinds[kind];
	return known !== undefined && "traits" in known && isObject(spec) && traitsOf(known as FaultKind, spec).oneShot;
}
