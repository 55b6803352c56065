/** A target as the node knows it. */
export interface NodeTarget {
	namespace: string;
	pod: string;
	podUid: string;
	containers: { name: string; id: string }[];
	/** The one that is hit, for kinds whose targets are containers. */
	container?: string;
}

/** What a look at the target itself says about a fault. */
export type Verdict = "in place" | "lost" | "target gone";

/** A verdict, and a sentence for people: what was measured on the target, or why the fault is not in place. */
export interface Finding {
	verdict: Verdict;
	message?: string;
}

/** A verdict that says nothing more is a finding too. */
export function findingOf(said: Verdict | Finding): Finding {
	return typeof said === "string" ? { verdict: said } : said;
}

/** Thrown by `prepare` and `inject` when the target is not (or no longer) on this node: trying again is of no use. */
export class TargetGoneError extends Error {
	override name = "TargetGoneError";
}

/**
 * All that a node does for one kind of fault. Works on bare namespaces and processes, so that it is tested without a cluster.
 * Every method throws an Error whose message says what happened and what to do.
 */
export interface Injector<Instruction, Undo> {
	/**
	 * A fault that is in place can be exchanged for that of another instruction of the same experiment: `inject` does it by the
	 * undo record that is there, and at no moment nothing is in place. Absent: it is taken out first.
	 */
	readonly exchanges?: true;
	/** Checks what the node needs before anything is touched: kernel features, tools. Throws when something is missing. */
	needs(instruction: Instruction): Promise<void>;
	/**
	 * Reads only. What it returns is on disk before the first change, and is all that `recover` has to go by. `expiresInMs` is for
	 * what must end by itself when nobody is left to end it: milliseconds from now after which the node takes the fault out.
	 */
	prepare(target: NodeTarget, instruction: Instruction, id: string, expiresInMs: number): Promise<Undo>;
	/** Puts the fault in place; again is no change. */
	inject(target: NodeTarget, instruction: Instruction, undo: Undo): Promise<void>;
	/** Takes the fault out; again, after a half-done inject, and with the target gone it succeeds as well. */
	recover(target: NodeTarget, undo: Undo): Promise<void>;
	/**
	 * Looks at the target, not at any record of ours. A message goes to the record of the target: let it change only when there is
	 * something new to say, since each change is a write of the experiment's status.
	 */
	verify(target: NodeTarget, instruction: Instruction, undo: Undo): Promise<Verdict | Finding>;
}
