import { unknownWishes, wishesOf } from "./annotations.ts";
import type { Configuration } from "./configuration.ts";
import { difference } from "./difference.ts";
import { at, type JsonObject, objectAt } from "./json.ts";
import { fieldManagerOf } from "./manager.ts";
import { type NameSource, named } from "./naming.ts";
import type { ObjectClient } from "./object-client.ts";
import { StatusError } from "./status-error.ts";
import { kindOf } from "./token.ts";
import { tried } from "./trial.ts";
import { hasUnknown, revealed, serverSpelling, withSecrets } from "./values.ts";

/** Inputs as they will be used, and what is wrong with them. */
export interface Checked {
	inputs: JsonObject;
	failures: { property: string; reason: string }[];
}

/**
 * Completes the inputs of a resource (name, namespace) and lets the API server judge them by a dry run as soon as all of them
 * are known. `old` are the inputs of the last update; undefined when the resource is new or about to be replaced.
 */
export async function check(
	client: ObjectClient,
	{ namespace, mutable }: Configuration,
	news: JsonObject,
	old: JsonObject | undefined,
	source: NameSource,
): Promise<Checked> {
	const kind = kindOf(source.urn);
	const given = revealed(news) as JsonObject;
	const failures = misplaced(given);
	const before = old === undefined ? undefined : (revealed(old) as JsonObject);
	const resource = await client.resource(kind);
	const inputs = within(named(given, before, source), resource?.namespaced === false ? undefined : namespace);
	const checked = { inputs: withSecrets(inputs, news), failures };
	if (failures.length > 0 || hasUnknown(inputs)) return checked;

	const object = serverSpelling(inputs);
	const last = before === undefined ? undefined : serverSpelling(before);
	// The engine checks a replacement once more, as a new resource.
	if (last !== undefined && isReplaced(last, object, mutable)) return checked;
	const { patchForce } = wishesOf(object);
	const trial = { object, manager: fieldManagerOf(source.urn), exists: last !== undefined, force: patchForce };
	try {
		await tried(client, trial);
		return checked;
	} catch (error) {
		if (error instanceof StatusError) return { ...checked, failures: [{ property: "", reason: error.message }] };
		throw error;
	}
}

function misplaced(inputs: JsonObject): Checked["failures"] {
	const failures = unknownWishes(inputs).map((name) => ({
		property: `metadata.annotations["${name}"]`,
		reason: "the stand-in for pulumi-resource-kubernetes does not do what this annotation asks for",
	}));
	if (at(inputs, "metadata", "generateName") === undefined) return failures;
	return [
		...failures,
		{ property: "metadata.generateName", reason: "not possible with server-side apply: set metadata.name" },
	];
}

function within(inputs: JsonObject, namespace: string | undefined): JsonObject {
	if (namespace === undefined || at(inputs, "metadata", "namespace") !== undefined) return inputs;
	return { ...inputs, metadata: { ...objectAt(inputs, "metadata"), namespace } };
}

function isReplaced(old: JsonObject, news: JsonObject, mutable: Configuration["mutable"]): boolean {
	return difference({ live: old, inputs: old, manager: "" }, news, mutable).replaces.length > 0;
}
