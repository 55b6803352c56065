import type { InjectionState } from "../api/daemon-api.ts";
import { isObject } from "../api/json.ts";
import { quote } from "../api/problem.ts";

/**
 * One line of a daemon's watch: a state, that all that it holds was told, or undefined for a sign of life. Throws on anything else:
 * the stream is not to be believed then.
 */
export function readWatchLine(line: string): InjectionState | "synced" | undefined {
	if (line === "") return undefined;
	const said: unknown = JSON.parse(line);
	if (isObject(said) && said["synced"] === true) return "synced";
	if (isObject(said) && ["id", "experiment", "status"].every((field) => typeof said[field] === "string"))
		return said as unknown as InjectionState;
	throw new Error(`${quote(line)} is no state of an injection`);
}
