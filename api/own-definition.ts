import type { ObjectField } from "./field.ts";
import { type JsonSchema, jsonSchema } from "./json-schema.ts";
import { ownGroup, version } from "./names.ts";

/** A kind of our own group: in no namespace, and without a status, since whoever makes one wants it to hold and no more. */
export interface OwnKind {
	/** `EmergencyStop`. */
	readonly kind: string;
	/** Its name in the API's paths. */
	readonly plural: string;
	readonly shortName: string;
	/** A sentence without a full stop. */
	readonly description: string;
	readonly spec: ObjectField;
	/** Names of the fields of the spec that `kubectl get` shows. */
	readonly columns: readonly string[];
}

/** Path of all objects of a kind of ours. */
export function ownPath({ plural }: OwnKind): string {
	return `/apis/${ownGroup}/${version}/${plural}`;
}

/** The CustomResourceDefinition of a kind of ours. */
export function ownDefinition({ kind, plural, shortName, description, spec, columns }: OwnKind): JsonSchema {
	return {
		apiVersion: "apiextensions.k8s.io/v1",
		kind: "CustomResourceDefinition",
		metadata: { name: `${plural}.${ownGroup}` },
		spec: {
			group: ownGroup,
			scope: "Cluster",
			names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames: [shortName] },
			versions: [
				{
					name: version,
					served: true,
					storage: true,
					additionalPrinterColumns: [
						...columns.map((name) => {
							const type = spec.fields[name]?.type === "integer" ? "integer" : "string";
							return { name, type, jsonPath: `.spec.${name}` };
						}),
						{ name: "age", type: "date", jsonPath: ".metadata.creationTimestamp" },
					],
					schema: {
						openAPIV3Schema: {
							type: "object",
							description: `${description} (${ownGroup}/${version})`,
							properties: {
								apiVersion: { type: "string" },
								kind: { type: "string" },
								metadata: { type: "object" },
								spec: jsonSchema(spec),
							},
						},
					},
				},
			],
		},
	};
}
