import type { Audit } from "../api/field.ts";
import { isObject } from "../api/json.ts";
import { type Problem, quote } from "../api/problem.ts";

/** A template, and the names that it refers to; undefined are those that are not known. */
interface Step {
	readonly name: string;
	readonly children: readonly (string | undefined)[];
	readonly targets: readonly (string | undefined)[];
}

/**
 * How the templates of a workflow go together: names are there once, references lead to a template, and no template runs itself
 * for ever. A task may lead back to a template before it, since its expression decides whether it does.
 */
export const auditTemplates: Audit = ({ entry, templates }, isUnknown) => {
	const isText = (value: unknown): value is string => typeof value === "string" && !isUnknown(value);
	if (!Array.isArray(templates)) return [];
	const steps = templates.map((one) => stepOf(one, isText));
	if (steps.some((step) => step === undefined)) return [];
	const known = steps.filter((step) => step !== undefined);
	return [...missing(known, isText(entry) ? entry : undefined), ...repeated(known), ...endless(known)];
};

/** A template with its references; undefined when its name is not known. */
function stepOf(template: unknown, isText: (value: unknown) => value is string): Step | undefined {
	if (!isObject(template) || !isText(template["name"])) return undefined;
	const references = (list: unknown, textOf: (entry: unknown) => unknown): (string | undefined)[] =>
		(Array.isArray(list) ? list : []).map(textOf).map((text) => (isText(text) ? text : undefined));
	return {
		name: template["name"],
		children: references(template["children"], (child) => child),
		targets: references(template["conditionalBranches"], (branch) => isObject(branch) && branch["target"]),
	};
}

function missing(steps: readonly Step[], entry: string | undefined): Problem[] {
	const names = new Set(steps.map(({ name }) => name));
	const references = [
		{ path: "entry", name: entry },
		...steps.flatMap(({ children, targets }, index) => [
			...children.map((name, at) => ({ path: childPath(index, at), name })),
			...targets.map((name, at) => ({ path: `templates[${index}].conditionalBranches[${at}].target`, name })),
		]),
	];
	return references
		.filter(({ name }) => name !== undefined && !names.has(name))
		.map(({ path, name }) => ({ path, message: `${quote(name)} is not the name of a template of this workflow` }));
}

function repeated(steps: readonly Step[]): Problem[] {
	const names = steps.map(({ name }) => name);
	return names.flatMap((name, index) => {
		const first = names.indexOf(name);
		const message = `${quote(name)} is the name of templates[${first}] too; give each a name of its own`;
		return first === index ? [] : [{ path: `templates[${index}].name`, message }];
	});
}

function endless(steps: readonly Step[]): Problem[] {
	const childrenOf = new Map(steps.map(({ name, children }) => [name, children]));
	const reaches = (from: string, to: string, seen: Set<string>): boolean => {
		if (from === to) return true;
		if (seen.has(from)) return false;
		seen.add(from);
		return (childrenOf.get(from) ?? []).some((name) => name !== undefined && reaches(name, to, seen));
	};
	return steps.flatMap(({ name: parent, children }, index) =>
		children.flatMap((name, at) => {
			if (name === undefined || !reaches(name, parent, new Set())) return [];
			const message = `${quote(name)} runs ${quote(parent)} again, so the workflow would never end; leave it out`;
			return [{ path: childPath(index, at), message }];
		}),
	);
}

function childPath(index: number, at: number): string {
	return `templates[${index}].children[${at}]`;
}
