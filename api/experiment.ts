import type { Probe } from "./probe.ts";
import type { Mode, PodSelector, Selector } from "./selector.ts";
import type { Status } from "./status.ts";

/** The part of Kubernetes' object metadata that we read. */
export interface ObjectMeta {
	name: string;
	namespace: string;
	uid: string;
	resourceVersion?: string;
	generation?: number;
	creationTimestamp: string;
	deletionTimestamp?: string;
	finalizers?: string[];
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
}

/** Fields of `spec` that every kind has; the rest is the kind's own. */
export interface ExperimentSpec {
	selector: Selector;
	mode: Mode;
	value?: string;
	duration?: string;
	target?: PodSelector;
	probes?: Probe[];
	/** Of kinds whose targets are containers. */
	containerNames?: string[];
	[field: string]: unknown;
}

/** An experiment of any kind, as the API server holds it. */
export interface Experiment<Spec extends ExperimentSpec = ExperimentSpec> {
	apiVersion: string;
	kind: string;
	metadata: ObjectMeta;
	spec: Spec;
	status?: Status;
}
