import { createContext, Script } from "node:vm";
import type { Criteria } from "../../api/criteria.ts";
import { parseDecimal } from "../../api/decimal.ts";
import { quote } from "../../api/problem.ts";

/** Longest time that a regular expression may take, ms: some take for ever on some texts. */
const expressionMs = 100;
/** How long one rests that took longer, ms. */
const restMs = 600_000;
/** So many of them are remembered. */
const mostSlow = 10_000;

type Test = (value: string, wanted: string) => boolean;

const tests: Readonly<Record<keyof Criteria, { says: string; holds: Test }>> = {
	equals: { says: "does not equal", holds: same },
	notEquals: { says: "equals", holds: (value, wanted) => !same(value, wanted) },
	lessThan: { says: "is not less than", holds: compared((value, wanted) => value < wanted) },
	atMost: { says: "is not at most", holds: compared((value, wanted) => value <= wanted) },
	greaterThan: { says: "is not greater than", holds: compared((value, wanted) => value > wanted) },
	atLeast: { says: "is not at least", holds: compared((value, wanted) => value >= wanted) },
	contains: { says: "does not contain", holds: (value, wanted) => value.includes(wanted) },
	matches: { says: "does not match", holds: matches },
};

/**
 * Why a value is not as it must be; undefined when it is.
 *
 * @param name - what the value is: `the body`
 * @param shown - whether the sentence may quote the value
 */
export function whyNot(criteria: Criteria, value: string, name: string, shown: boolean): string | undefined {
	for (const [test, wanted] of Object.entries(criteria) as [keyof Criteria, string][]) {
		const { says, holds } = tests[test];
		if (!holds(value, wanted)) return `${name}${shown ? ` (${quote(value)})` : ""} ${says} ${quote(wanted)}`;
	}
	return undefined;
}

/** The same text, or the same number. */
function same(value: string, wanted: string): boolean {
	const [left, right] = [parseDecimal(value), parseDecimal(wanted)];
	return left === undefined || right === undefined ? value === wanted : left === right;
}

function compared(holds: (value: number, wanted: number) => boolean): Test {
	return (value, wanted) => {
		const [left, right] = [parseDecimal(value), parseDecimal(wanted)];
		return left !== undefined && right !== undefined && holds(left, right);
	};
}

const find = new Script("new RegExp(expression).test(value)");
const context = createContext({ expression: "", value: "" });
/** Until when expressions that took too long are not tried again (ms). Nothing else of the controller runs while one is tried. */
const tooSlow = new Map<string, number>();

/** Throws when it takes too long, and from then on for a while: whether it would have matched is not known. */
function matches(value: string, expression: string): boolean {
	const rests = tooSlow.get(expression);
	const told = `the regular expression ${quote(expression)} takes more than ${expressionMs} ms`;
	if (rests !== undefined && performance.now() < rests) throw new Error(`${told}, and is not tried for ten minutes`);
	tooSlow.delete(expression);
	Object.assign(context, { expression, value });
	try {
		return find.runInContext(context, { timeout: expressionMs }) as boolean;
	} catch (error) {
		if (tooSlow.size >= mostSlow) tooSlow.clear();
		tooSlow.set(expression, performance.now() + restMs);
		throw new Error(`${told}; write a simpler one`, { cause: error });
	}
}
