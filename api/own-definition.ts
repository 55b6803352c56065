import type { ObjectField } from "./field.ts";
import { type JsonSchema, jsonSchema } from "./json-schema.ts";
import { ownGroup, version } from "./names.ts";

/** A kind of our own group. */
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
	/** Its objects are in namespaces; absent: in none. */
	readonly namespaced?: true;
	/** Schema of the status; absent: there is none, since whoever makes one wants it to hold and no more. */
	readonly status?: JsonSchema;
	/** Fields of the status that `kubectl get` shows, with their types. */
	readonly statusColumns?: Readonly<Record<string, "string" | "date">>;
}

/** Path of all objects of a kind of ours. */
export function ownPath({ plural }: OwnKind): string {
	return `/apis/${ownGroup}/${version}/${plural}`;
}

/** The CustomResourceDefinition of a kind of ours. */
export function ownDefinition(own: OwnKind): JsonSchema {
	const { kind, plural, shortName, description, spec, status } = own;
	return {
		apiVersion: "apiextensions.k8s.io/v1",
		kind: "CustomResourceDefinition",
		metadata: { name: `${plural}.${ownGroup}` },
		spec: {
			group: ownGroup,
			scope: own.namespaced ? "Namespaced" : "Cluster",
			names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames: [shortName] },
			versions: [
				{
					name: version,
					served: true,
					storage: true,
					...(status && { subresources: { status: {} } }),
					additionalPrinterColumns: printerColumns(own),
					schema: {
						openAPIV3Schema: {
							type: "object",
							description: `${description} (${ownGroup}/${version})`,
							...(spec.required && { required: ["spec"] }),
							properties: {
								apiVersion: { type: "string" },
								kind: { type: "string" },
								metadata: { type: "object" },
								spec: jsonSchema(spec),
								...(status && { status }),
							},
						},
					},
				},
			],
		},
	};
}

function printerColumns({ spec, columns, statusColumns = {} }: OwnKind): JsonSchema[] {
	return [
		...columns.map((name) => {
			const type = spec.fields[name]?.type === "integer" ? "integer" : "string";
			return { name, type, jsonPath: `.spec.${name}` };
		}),
		...Object.entries(statusColumns).map(([name, type]) => ({ name, type, jsonPath: `.status.${name}` })),
		{ name: "age", type: "date", jsonPath: ".metadata.creationTimestamp" },
	];
}
