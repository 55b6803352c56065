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

/** Thrown by `prepare` and `inject` when the target is not (or no longer) on this node: trying again is of no use. */
export class TargetGoneError extends Error {
	override name = "TargetGoneError";
}

/**
 * All that a node does for one kind of fault. Works on bare namespaces and processes, so that it is tested without a cluster.
 * Every method throws an Error whose message says what happened and what to do.
 */
export interface Injector<Instruction, Undo> {
	/** Checks what the node needs before anything is touched: kernel features, tools. Throws when something is missing. */
	needs(instruction: Instruction): Promise<void>;
	/** Reads only. What it returns is on disk before the first change, and is all that `recover` has to go by. */
	prepare(target: NodeTarget, instruction: Instruction, id: string): Promise<Undo>;
	/** Puts the fault in place; again is no change. */
	inject(target: NodeTarget, instruction: Instruction, undo: Undo): Promise<void>;
	/** Takes the fault out; again, after a half-done inject, and with the target gone it succeeds as well. */
	recover(target: NodeTarget, undo: Undo): Promise<void>;
	/** Looks at the target, not at any record of ours. */
	verify(target: NodeTarget, instruction: Instruction, undo: Undo): Promise<Verdict>;
}
