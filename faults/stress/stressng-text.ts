import type { Grammar } from "../../api/grammar.ts";
import { listed, problemOf, timeIsOver, wordsOf } from "./options.ts";
import { everyOption, stressors } from "./stressors.ts";

/** Stressors and their options as one text; empty says nothing. */
export const stressngText: Grammar = {
	name: "a list of stressors that stress-ng may run",
	hint: 'write options of stress-ng, such as "--matrix 2 --matrix-size 64"',
	pattern: "^[A-Za-z0-9%= \\t\\r\\n.-]*$",
	maxLength: 1024,
	inexact: "which stressors and options there are, and which of them take a value",
	why: stressngProblem,
	accepts: (text) => text === "" || stressngProblem(text) === undefined,
};

/** What is wrong with the text of `stressngStressors`, as the end of a sentence; undefined when nothing is. */
function stressngProblem(text: string): string | undefined {
	const words = wordsOf(text);
	const names = Object.keys(stressors);
	const problem = problemOf(words, everyOption, { timeout: timeIsOver });
	if (problem) {
		// The list of all options would hide what is said.
		return problem.message.replace(/the options here are .*/, `known stressors are ${listed(names)}`);
	}
	if (words.some((word) => names.includes(word.replace(/^--|=.*/g, "")))) return undefined;
	return `it starts no stressor; known stressors are ${listed(names)}`;
}
