import type { JsonSchema } from "./json-schema.ts";
import { type OwnKind, ownDefinition, ownPath } from "./own-definition.ts";

const emergencyStop = {
	kind: "EmergencyStop",
	plural: "emergencystops",
	shortName: "estop",
	description: "While there is one, no fault is injected anywhere and every fault is recovered",
	spec: {
		type: "object",
		description: "Nothing has to be said.",
		fields: {
			reason: { type: "string", description: "Why everything has to stop, for people.", maxLength: 512 },
		},
	},
	columns: ["reason"],
} as const satisfies OwnKind;

/** Name of the kind. */
export const emergencyStopKind = emergencyStop.kind;
/** Its name in the API's paths. */
export const emergencyStopPlural = emergencyStop.plural;
/** Path of all of them; they are in no namespace. */
export const emergencyStopsPath = ownPath(emergencyStop);

/** An emergency stop: while there is one, nothing is injected and everything is recovered. */
export interface EmergencyStop {
	metadata: { name: string; uid: string; resourceVersion?: string };
	spec?: { /** For people. */ reason?: string };
}

/** The CustomResourceDefinition of an emergency stop. */
export function emergencyStopDefinition(): JsonSchema {
	return ownDefinition(emergencyStop);
}
