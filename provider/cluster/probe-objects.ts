import type { OwnProbe } from "../../api/own-probe.ts";
import type { NewExperiment, Place, Query } from "./cluster.ts";

/** What is sent to make a Probe, or to change one. */
export type NewProbe = NewExperiment;

/** The Probes of a cluster. Every method rejects with ApiError, as those of Cluster. */
export interface ProbeObjects {
	/** Undefined when there is none, also when its namespace or the CRD is missing. */
	get(place: Place): Promise<OwnProbe | undefined>;
	create(probe: NewProbe): Promise<OwnProbe>;
	/** Gives an object other labels, annotations and another spec, and keeps those labels and annotations that are not named. */
	change(present: OwnProbe, wanted: NewProbe): Promise<OwnProbe>;
	/** Deletes if the object still has this uid. */
	delete(place: Place, uid: string): Promise<void>;
	/** Those with labels, in all namespaces; none when the CRD is missing. */
	labelled(labels: string): Promise<OwnProbe[]>;
	/** As that of Cluster. */
	follow(query: Query, signal: AbortSignal): AsyncIterable<OwnProbe[]>;
}
