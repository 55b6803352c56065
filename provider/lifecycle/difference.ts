import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../api/json.ts";
import { quote } from "../../api/problem.ts";

/**
 * What differs between an object in the cluster and what the program says, one sentence each:
 * `target.mode is "one" there and "all" here`. Lists are compared as a whole.
 */
export function differences(there: unknown, here: unknown, path = ""): string[] {
	if (isDeepStrictEqual(there, here)) return [];
	if (!isObject(there) || !isObject(here)) return [`${path} is ${shown(there)} there and ${shown(here)} here`];
	const names = [...new Set([...Object.keys(there), ...Object.keys(here)])].sort();
	return names.flatMap((name) => differences(there[name], here[name], join(path, name)));
}

function join(path: string, name: string): string {
	if (!/^\w+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
	return path === "" ? name : `${path}.${name}`;
}

function shown(value: unknown): string {
	return value === undefined ? "absent" : quote(value);
}
