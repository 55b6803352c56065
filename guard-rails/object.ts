import type { JsonSchema } from "../api/json-schema.ts";
import { type OwnKind, ownDefinition, ownPath } from "../api/own-definition.ts";
import type { Rails } from "./judge.ts";
import { type GuardRailsSpec, guardRailsSpec } from "./spec.ts";

const kind = {
	kind: "GuardRails",
	plural: "guardrails",
	shortName: "rails",
	description: "What experiments in the cluster may do at most; of several all hold",
	spec: guardRailsSpec,
	columns: ["environment", "maxDuration", "maxShare", "maxTargets"],
} as const satisfies OwnKind;

/** Name of the kind. */
export const guardRailsKind = kind.kind;
/** Its name in the API's paths. */
export const guardRailsPlural = kind.plural;
/** Path of all of them; they are in no namespace. */
export const guardRailsPath = ownPath(kind);

/** Guard rails as the API server holds them. */
export interface GuardRailsObject {
	metadata: { name: string; uid: string; resourceVersion?: string };
	spec?: GuardRailsSpec;
}

/** The CustomResourceDefinition of guard rails. */
export function guardRailsDefinition(): JsonSchema {
	return ownDefinition(kind);
}

/** Guard rails of the cluster, with how messages call them. */
export function railsOf({ metadata, spec = {} }: GuardRailsObject): Rails {
	return { title: `${kind.kind} ${JSON.stringify(metadata.name)}`, spec };
}
