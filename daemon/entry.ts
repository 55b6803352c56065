import { isDeepStrictEqual } from "node:util";
import type { InjectItem, InjectionState, InjectionStatus } from "../api/daemon-api.ts";

/**
 * Where an injection stands: `begun` (the undo record is on disk, the change may be half done), `recovering` (taking out was
 * begun and is not confirmed), or as the API says it. What is recovered has no entry any more.
 */
export type EntryState = "begun" | "recovering" | Exclude<InjectionStatus, "recovered">;

/** What nothing is in place of, and what is told all the same until somebody asks for it to be put back or taken out. */
export type ParkedState = "lost" | "target gone" | "lease expired";

/** An injection that this node holds, as it stands in the journal. */
export interface Entry extends InjectItem {
	/** All that recovery has to go by; the kind's own. */
	undo: unknown;
	/** Milliseconds since 1970 after which the node takes the fault out by itself. */
	deadline: number;
	/** Boot of the node in which the fault was put in place. */
	boot: string;
	state: EntryState;
	/** While it is being taken out, and is not to be forgotten afterwards: where it will stand. */
	park?: ParkedState;
	/** A sentence for people: on why the state is not `injected`, or else on what was measured on the target. */
	message?: string;
}

/** What the API says about an entry. */
export function stateOf({ id, experiment, state, message }: Entry): InjectionState {
	if (state === "begun") return { id, experiment, status: "failed", message: "it is being injected" };
	if (state === "recovering") return { id, experiment, status: "failed", message: "it is being recovered" };
	return { id, experiment, status: state, ...(message !== undefined && { message }) };
}

/** Ids and names of an entry, for the log. */
export function fieldsOf({ id, experiment, kind, target }: InjectItem): Record<string, string> {
	return { injection: id, experiment, kind, target: `${target.namespace}/${target.pod}` };
}

/** Where an injection stands that the node has taken out by itself: what was lost before stays so, and is not put back. */
export function parkedFrom(state: EntryState): ParkedState {
	return state === "lost" || state === "target gone" ? state : "lease expired";
}

/** Why an injection is not in place any more, as a sentence. `boot` is the one that the node is in. */
export function reasonOf(entry: Entry, state: ParkedState, boot: string): string {
	const name = `${entry.target.namespace}/${entry.target.pod}`;
	if (state === "lease expired") {
		return "no controller has renewed the lease of the node in time, so the node has taken the fault out";
	}
	if (state === "target gone") return `pod ${name} is gone from its node`;
	const why = entry.boot === boot ? "nobody asked for that" : "the node was restarted";
	return `the fault is no longer in place on pod ${name}; ${why}`;
}

/** Whether an item asks for what the entry is. Containers may have been started anew since; the pod is the same. */
export function isSame(held: Entry, item: InjectItem): boolean {
	return isOfSameTarget(held, item) && isDeepStrictEqual(held.instruction, item.instruction);
}

/** Whether an item is for what the entry is of, whatever is to be done to it. */
export function isOfSameTarget(held: Entry, item: InjectItem): boolean {
	return held.kind === item.kind && held.target.podUid === item.target.podUid;
}
