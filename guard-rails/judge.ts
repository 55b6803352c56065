import { checkField } from "../api/check.ts";
import { describeProblems, type Problem } from "../api/problem.ts";
import type { Asked } from "./asked.ts";
import { rules } from "./rules.ts";
import { type GuardRailsSpec, guardRailsSpec } from "./spec.ts";
import { type Targets, targetRules } from "./target-rules.ts";

/** Guard rails, and where they come from, for messages: `GuardRails "production"`. */
export interface Rails {
	title: string;
	/** Not checked yet. */
	spec: unknown;
}

/** All that is wrong with an experiment by guard rails, as far as that can be said without its targets. Paths begin at its object. */
export function judge(all: readonly Rails[], asked: Asked): Problem[] {
	return all.flatMap((rails) => {
		const unreadable = whyUnreadable(rails);
		if (unreadable !== undefined) return [{ path: "kind", message: unreadable }];
		return limits(rules, rails).flatMap(([name, rule, limit]) =>
			rule(limit, asked).map(({ path, message }) => ({ path, message: `${message} (${name} of ${rails.title})` })),
		);
	});
}

/** What is wrong with the targets of an experiment by guard rails, a sentence each. */
export function judgeTargets(all: readonly Rails[], targets: Targets): string[] {
	return all.flatMap((rails) => {
		const unreadable = whyUnreadable(rails);
		if (unreadable !== undefined) return [unreadable];
		return limits(targetRules, rails).flatMap(([name, rule, limit]) => {
			const message = rule(limit, targets);
			return message === undefined ? [] : [`${message} (${name} of ${rails.title})`];
		});
	});
}

/** What nobody can read may forbid anything: those of a later version, or with a time zone that is not known here. */
function whyUnreadable({ title, spec }: Rails): string | undefined {
	const problems = checkField(guardRailsSpec, spec, "");
	if (problems.length === 0) return undefined;
	return `nothing is allowed while ${title} can't be read: ${describeProblems(problems).replaceAll("\n", "; ")}`;
}

type AnyRule<Subject, Said> = (limit: never, subject: Subject) => Said;

/** The rules of a table whose limits are set, by name, with these. */
function limits<Subject, Said>(
	table: Readonly<Record<string, AnyRule<Subject, Said>>>,
	{ spec }: Rails,
): [name: string, rule: AnyRule<Subject, Said>, limit: never][] {
	const found: [string, AnyRule<Subject, Said>, never][] = [];
	for (const [name, rule] of Object.entries(table)) {
		const limit = (spec as GuardRailsSpec)[name as keyof GuardRailsSpec];
		if (limit !== undefined) found.push([name, rule, limit as never]);
	}
	return found;
}
