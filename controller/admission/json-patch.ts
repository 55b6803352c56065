import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../api/json.ts";

/** One step of a patch (RFC 6902). */
export interface PatchStep {
	op: "add" | "replace";
	path: string;
	value: unknown;
}

/**
 * The steps from one value to another that says more: fields that it adds, and values that it changes. What both have is not in
 * the patch, so that nothing is lost of what JSON can say and JavaScript can't, such as large numbers.
 *
 * @param path - JSON pointer of the value, such as `/spec`
 */
export function additions(before: unknown, after: unknown, path: string): PatchStep[] {
	if (isObject(before) && isObject(after)) {
		return Object.entries(after).flatMap(([key, value]) => {
			const at = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
			return key in before ? additions(before[key], value, at) : [{ op: "add", path: at, value }];
		});
	}
	if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
		return after.flatMap((value, index) => additions(before[index], value, `${path}/${index}`));
	}
	return isDeepStrictEqual(before, after) ? [] : [{ op: "replace", path, value: after }];
}
