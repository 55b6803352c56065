/** One thing that is wrong with an input. */
export interface Problem {
	/** Where, as a user writes it: `target.selector.namespaces[0]`. */
	path: string;
	/** What is wrong and what is right, with the value quoted; without the path. */
	message: string;
	/** Nothing is wrong with the value itself: it is refused because nothing runs it yet. */
	pending?: true;
}

/** Quotes a value for a message; long ones are cut, so that a message stays a sentence. */
export function quote(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Lists allowed values for a message: `"a", "b" or "c"`. */
export function oneOf(values: readonly string[]): string {
	const quoted = values.map((value) => JSON.stringify(value));
	return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** Problems as text, one a line, each behind its path. */
export function describeProblems(problems: readonly Problem[]): string {
	return problems.map((problem) => `${problem.path}: ${problem.message}`).join("\n");
}
