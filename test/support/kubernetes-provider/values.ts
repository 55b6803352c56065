import { isObject, type Json, type JsonObject } from "./json.ts";

// Pulumi's wire format: a secret is an object with this signature, a value that is not known yet is this text.
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** `value` marked as a secret. */
export function secret(value: Json): JsonObject {
	return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

function isSecret(value: Json | undefined): value is JsonObject & { value: Json } {
	return isObject(value) && value[signatureKey] === secretSignature;
}

/** Whether there is a secret in `value`. */
export function hasSecret(value: Json): boolean {
	return isSecret(value) || children(value).some(hasSecret);
}

/** Whether something in `value` is not known yet, as in a preview. */
export function hasUnknown(value: Json): boolean {
	return value === unknown || children(value).some(hasUnknown);
}

function children(value: Json): Json[] {
	if (Array.isArray(value)) return value;
	return isObject(value) ? Object.values(value) : [];
}

/** `value` without its marks of secrecy. */
export function revealed(value: Json): Json {
	if (isSecret(value)) return revealed(value.value);
	if (Array.isArray(value)) return value.map(revealed);
	if (!isObject(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}

/**
 * `outputs` with the marks of secrecy that `inputs` have at the same places. A list that holds a secret becomes one as a
 * whole, because its order may change. The data of a Secret is always secret.
 */
export function withSecrets(outputs: JsonObject, inputs: JsonObject): JsonObject {
	const marked = { ...outputs };
	for (const [key, input] of Object.entries(inputs)) {
		const output = marked[key];
		if (output === undefined) continue;
		if (isObject(output) && isObject(input) && !isSecret(input)) marked[key] = withSecrets(output, input);
		else if (hasSecret(input)) marked[key] = secret(output);
	}
	if (marked["kind"] !== "Secret") return marked;
	for (const key of ["data", "stringData"]) if (marked[key] !== undefined) marked[key] = secret(marked[key]);
	return marked;
}

// The SDK spells the extensions of a CRD's schema with underscores.
const extensions = [
	"x-kubernetes-embedded-resource",
	"x-kubernetes-int-or-string",
	"x-kubernetes-list-map-keys",
	"x-kubernetes-list-type",
	"x-kubernetes-map-type",
	"x-kubernetes-preserve-unknown-fields",
	"x-kubernetes-validations",
];
const toServer = new Map(extensions.map((name) => [name.replaceAll("-", "_"), name]));
const toProgram = new Map(extensions.map((name) => [name, name.replaceAll("-", "_")]));

/** `value` with keys spelled as the API server does. */
export function serverSpelling<T extends Json>(value: T): T {
	return respelled(value, toServer) as T;
}

/** `value` with keys spelled as the SDK's types do. */
export function programSpelling<T extends Json>(value: T): T {
	return respelled(value, toProgram) as T;
}

function respelled(value: Json, names: Map<string, string>): Json {
	if (Array.isArray(value)) return value.map((inner) => respelled(inner, names));
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [names.get(key) ?? key, respelled(inner, names)]),
	);
}
