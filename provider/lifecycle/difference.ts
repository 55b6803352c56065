import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../api/json.ts";
import { quote } from "../../api/problem.ts";

/** A place at which two values differ, with what stands there in each; absent where nothing does. */
export interface Difference {
	/** `target.mode`. */
	path: string;
	there: unknown;
	here: unknown;
}

/**
 * Where an object in the cluster (`there`) differs from what the program says (`here`). Lists are compared as a whole, but for as
 * many probes as there should be: what one of them holds is seldom to be said.
 */
export function differences(there: unknown, here: unknown, path = ""): Difference[] {
	if (isDeepStrictEqual(there, here)) return [];
	if (path === "probes" && Array.isArray(there) && Array.isArray(here) && there.length === here.length) {
		return there.flatMap((probe, index) => differences(probe, here[index], `${path}[${index}]`));
	}
	if (!isObject(there) || !isObject(here)) return [{ path, there, here }];
	const names = [...new Set([...Object.keys(there), ...Object.keys(here)])].sort();
	return names.flatMap((name) => differences(there[name], here[name], join(path, name)));
}

function join(path: string, name: string): string {
	if (!/^\w+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
	return path === "" ? name : `${path}.${name}`;
}

/** A value in a message: quoted, or `absent`. */
export function shown(value: unknown): string {
	return value === undefined ? "absent" : quote(value);
}

/**
 * Whether a message may hold what differs. What a probe sends may be a secret, and messages go to consoles and into states: of
 * probes only single values are said, and none of headers and bodies.
 */
export function mayBeSaid({ path, there, here }: Difference): boolean {
	if (!/^probes\b/.test(path)) return true;
	return [there, here].every((value) => typeof value !== "object") && !/\.(headers|body)\b/.test(path);
}
