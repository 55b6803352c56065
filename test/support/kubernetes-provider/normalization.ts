import { Buffer } from "node:buffer";
import { isObject, type Json, type JsonObject, objectAt, textAt } from "./json.ts";
import { hasUnknown } from "./values.ts";

/** What the API server sets in an object's metadata. */
const serverMetadata = [
	"creationTimestamp",
	"deletionGracePeriodSeconds",
	"deletionTimestamp",
	"generation",
	"managedFields",
	"resourceVersion",
	"selfLink",
	"uid",
];

/** `inputs` in the shape in which the API server keeps them, so that only differences that matter are left. */
export function normalized(inputs: JsonObject): JsonObject {
	const metadata = Object.entries(objectAt(inputs, "metadata")).filter(([key]) => !serverMetadata.includes(key));
	const plain = { ...inputs, metadata: Object.fromEntries(metadata) };
	if (textAt(inputs, "kind") === "Secret") return withoutStringData(plain);
	if (textAt(inputs, "kind") === "CustomResourceDefinition") return definition(plain);
	return plain;
}

/** What a program would have to say to get `live`, as far as that can be told: everything but what the server sets. */
export function inputsFrom(live: JsonObject): JsonObject {
	const { status: _, ...rest } = live;
	return normalized(rest);
}

/** The part of `live` that `inputs` speak of. Lists are taken item by item; what the server appended is left out. */
export function pruned(live: JsonObject, inputs: JsonObject): JsonObject {
	const shared = Object.entries(inputs).filter(([key]) => live[key] !== undefined);
	return Object.fromEntries(shared.map(([key, input]) => [key, prunedValue(live[key] ?? null, input)]));
}

function prunedValue(live: Json, input: Json): Json {
	if (isObject(live) && isObject(input)) return pruned(live, input);
	if (!Array.isArray(live) || !Array.isArray(input)) return live;
	return live.slice(0, input.length).map((item, index) => prunedValue(item, input[index] ?? null));
}

function withoutStringData({ stringData, ...rest }: JsonObject): JsonObject {
	if (!isObject(stringData)) return rest;
	const encoded = Object.entries(stringData).map(([key, text]): [string, Json] => [
		key,
		hasUnknown(text) ? text : Buffer.from(String(text)).toString("base64"),
	]);
	return { ...rest, data: { ...objectAt(rest, "data"), ...Object.fromEntries(encoded) } };
}

/** The API server drops a definition's `preserveUnknownFields: false` and keeps its own status. */
function definition({ status: _, ...rest }: JsonObject): JsonObject {
	const { preserveUnknownFields, ...spec } = objectAt(rest, "spec");
	return { ...rest, spec: preserveUnknownFields === true ? { ...spec, preserveUnknownFields } : spec };
}
