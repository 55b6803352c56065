import { isObject } from "../api/json.ts";
import { oneOf, type Problem, quote } from "../api/problem.ts";
import { isGiven } from "../api/rule.ts";
import { type Asked, sidesOf } from "./asked.ts";

/** Namespaces that an experiment can hit and that none of the patterns allows. */
export function forbiddenNamespaces(allowed: readonly string[], asked: Asked): Problem[] {
	const patterns = allowed.map(toRegExp);
	return sidesOf(asked)
		.flatMap(({ path, value }) => reach(value["selector"], `${path}.selector`, asked))
		.filter(({ namespace }) => !asked.isUnknown(namespace) && !patterns.some((one) => one.test(String(namespace))))
		.map(({ path, namespace, own }) => ({
			path,
			message: own
				? `missing, and the experiment's own namespace ${quote(namespace)} may not be hit; hit ${oneOf(allowed)}`
				: `${quote(namespace)} may not be hit; hit ${oneOf(allowed)}`,
		}));
}

interface Place {
	path: string;
	namespace: unknown;
	/** Nobody named it: it is that of the experiment. */
	own?: true;
}

/** Where a selector looks for pods. When it lists pods by name, nothing else in it is looked at. */
function reach(selector: unknown, path: string, { namespace, isUnknown }: Asked): Place[] {
	if (isUnknown(selector)) return [];
	const { namespaces, pods } = isObject(selector) ? selector : {};
	if (isUnknown(pods)) return [];
	if (isObject(pods) && isGiven(pods)) {
		return Object.keys(pods).map((name) => ({ path: `${path}.pods[${JSON.stringify(name)}]`, namespace: name }));
	}
	if (isUnknown(namespaces)) return [];
	if (Array.isArray(namespaces) && isGiven(namespaces)) {
		return namespaces.map((name, index) => ({ path: `${path}.namespaces[${index}]`, namespace: name }));
	}
	return [{ path: `${path}.namespaces`, namespace, own: true }];
}

/** Without what makes one that is full of asterisks take for ever. */
function toRegExp(pattern: string): RegExp {
	return new RegExp(`^${pattern.replaceAll(/\*+/g, ".*")}$`);
}
