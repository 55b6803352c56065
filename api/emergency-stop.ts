import type { JsonSchema } from "./json-schema.ts";
import { version } from "./names.ts";

/** API group of what Chaos Mesh does not know. */
export const ownGroup = "pulumi-chaos.io";
/** Name of the kind. */
export const emergencyStopKind = "EmergencyStop";
/** Its name in the API's paths. */
export const emergencyStopPlural = "emergencystops";
/** Path of all of them; they are in no namespace. */
export const emergencyStopsPath = `/apis/${ownGroup}/${version}/${emergencyStopPlural}`;

/** An emergency stop: while there is one, nothing is injected and everything is recovered. */
export interface EmergencyStop {
	metadata: { name: string; uid: string; resourceVersion?: string };
	spec?: { /** For people. */ reason?: string };
}

/** The CustomResourceDefinition of an emergency stop. */
export function emergencyStopDefinition(): JsonSchema {
	const spec = {
		type: "object",
		description: "Nothing has to be said.",
		properties: {
			reason: { type: "string", description: "Why everything has to stop, for people.", maxLength: 512 },
		},
	};
	return {
		apiVersion: "apiextensions.k8s.io/v1",
		kind: "CustomResourceDefinition",
		metadata: { name: `${emergencyStopPlural}.${ownGroup}` },
		spec: {
			group: ownGroup,
			scope: "Cluster",
			names: {
				kind: emergencyStopKind,
				listKind: `${emergencyStopKind}List`,
				plural: emergencyStopPlural,
				singular: emergencyStopKind.toLowerCase(),
				shortNames: ["estop"],
			},
			versions: [
				{
					name: version,
					served: true,
					storage: true,
					additionalPrinterColumns: [
						{ name: "reason", type: "string", jsonPath: ".spec.reason" },
						{ name: "age", type: "date", jsonPath: ".metadata.creationTimestamp" },
					],
					schema: {
						openAPIV3Schema: {
							type: "object",
							description: `While there is one, no fault is injected anywhere and every fault is recovered (${ownGroup}/${version})`,
							properties: {
								apiVersion: { type: "string" },
								kind: { type: "string" },
								metadata: { type: "object" },
								spec,
							},
						},
					},
				},
			],
		},
	};
}
