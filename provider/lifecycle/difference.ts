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

/** Where an object in the cluster (`there`) differs from what the program says (`here`). Lists are compared as a whole. */
export function differences(there: unknown, here: unknown, path = ""): Difference[] {
	if (isDeepStrictEqual(there, here)) return [];
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
