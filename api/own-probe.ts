import type { ObjectMeta } from "./experiment.ts";
import type { ValueOf } from "./field.ts";
import type { JsonSchema } from "./json-schema.ts";
import { ownGroup, version } from "./names.ts";
import { type OwnKind, ownDefinition, ownPath } from "./own-definition.ts";
import { ownProbeStatusSchema } from "./own-probe-status.ts";
import { pace, probeVariants, question } from "./probe.ts";
import type { ProbeSample } from "./status.ts";

/** The kind Probe: a probe that is of no experiment, and is looked at for as long as it is there. */
export const ownProbe = {
	kind: "Probe",
	plural: "probes",
	shortName: "cprobe",
	description: "A question to the system that is asked again and again for as long as it is there",
	namespaced: true,
	spec: {
		type: "object",
		required: true,
		description: "What is asked, how often, and how many failures are borne.",
		fields: { ...question, ...pace },
		variants: probeVariants,
	},
	columns: ["type"],
	status: ownProbeStatusSchema,
	statusColumns: { outcome: "string", since: "date" },
} as const satisfies OwnKind;

/** Path of all of them, in all namespaces. */
export const ownProbesPath = ownPath(ownProbe);

/** Path of one. */
export function ownProbePath({ namespace, name }: Pick<ObjectMeta, "namespace" | "name">): string {
	return `/apis/${ownGroup}/${version}/namespaces/${namespace}/${ownProbe.plural}/${name}`;
}

/** How a Probe stands. */
export type ProbeOutcome = "Passing" | "Failing" | "Error";

/** One look of a Probe. */
export type OwnSample = Omit<ProbeSample, "when">;

/** `status` of a Probe. */
export interface OwnProbeStatus {
	/** The generation of the spec that was asked; the counts begin anew with another one. */
	observedGeneration: number;
	/** Absent before it has passed once, or failed more often in a row than is borne. */
	outcome?: ProbeOutcome;
	/** RFC 3339; since when the outcome is this one. */
	since?: string;
	/** Why it does not pass; absent when it does. */
	message?: string;
	/** Looks so far. */
	passed: number;
	failed: number;
	/** Looks that have not passed since the last one that did. */
	failedInRow: number;
	/** The last looks, the oldest first. */
	samples: OwnSample[];
}

/** A Probe as the API server holds it. */
export interface OwnProbe {
	apiVersion: string;
	kind: string;
	metadata: ObjectMeta;
	spec: ValueOf<typeof ownProbe.spec>;
	status?: OwnProbeStatus;
}

/** Where a Probe stands with what it asks now; undefined: that was not asked yet. */
export function standingOf({ metadata, status }: OwnProbe): OwnProbeStatus | undefined {
	return status?.observedGeneration === metadata.generation ? status : undefined;
}

/** The CustomResourceDefinition of a Probe. */
export function ownProbeDefinition(): JsonSchema {
	return ownDefinition(ownProbe);
}
