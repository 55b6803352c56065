import { type OwnProbe, ownProbe, type ProbeOutcome, standingOf } from "../../../api/own-probe.ts";
import type { Place } from "../../cluster/cluster.ts";
import type { ClusterReference } from "../../cluster/reference.ts";

/** Inputs of a Probe as they stand in users' state, after `check`. Names here are for ever. */
export interface ProbeInputs {
	kind: "Probe";
	/** Name of the object in the cluster. */
	name: string;
	namespace: string;
	/** Which Pulumi resource the object belongs to; see identity.ts. */
	owner: string;
	/** Id of the stack's Scope. */
	scope: string;
	cluster: ClusterReference;
	/** Longest wait of one operation, as a duration; that of one look is in the spec. */
	waitTimeout: string;
	/** Values that stand for nothing in the object: when one changes, it has to pass once more. */
	triggers?: unknown[];
	/** How it should stand. `refresh` puts here what it saw, so that it reports a difference once and not each time. */
	outcome?: ProbeOutcome;
	spec: Record<string, unknown>;
}

/** What was seen of a Probe in the cluster. */
export interface ProbeObservation {
	uid: string;
	/** Absent: it was not looked at yet. */
	outcome?: ProbeOutcome;
	/** Why it does not pass; empty when it does. */
	message: string;
	/** What its last looks have said that did not pass, each once; empty while it passes. */
	samples: string[];
}

/** State of a Probe: its inputs and what was seen last. */
export type ProbeState = Omit<ProbeInputs, "outcome"> & ProbeObservation;

/** Says where a Probe stands, without what changes with each look. */
export function observeProbe(probe: OwnProbe): ProbeObservation {
	const { uid } = probe.metadata;
	const { outcome, message = "", samples = [], failedInRow = 0 } = standingOf(probe) ?? {};
	if (outcome === undefined || outcome === "Passing") {
		return { uid, ...(outcome && { outcome }), message: "", samples: [] };
	}
	const said = samples.slice(-failedInRow).flatMap((sample) => sample.message ?? []);
	return { uid, outcome, message, samples: [...new Set(said)].sort() };
}

/** Where the object of a Probe is. */
export function placeOfProbe({ namespace, name }: Pick<ProbeInputs, "namespace" | "name">): Place {
	return { plural: ownProbe.plural, namespace, name };
}
