import { createHash, randomBytes } from "node:crypto";
import { at, isObject, type JsonObject, objectAt, textAt } from "./json.ts";

const autonamed = "pulumi.com/autonamed";

/** What the engine says about the names that providers make up. */
export interface Autonaming {
	/** `disable` forbids making names up; otherwise `proposed` is the name to use. */
	mode: "propose" | "enforce" | "disable";
	proposed: string;
}

/** What a name is made of when an object has none. */
export interface NameSource {
	/** The resource's URN; its last part begins the name. */
	urn: string;
	/** The engine's seed, the same in preview and update; empty when there is none. */
	seed: Uint8Array;
	autonaming: Autonaming | undefined;
}

/**
 * `inputs` with a name: their own, else the one that was made up for `old` (the inputs of the last update), else a new one.
 * A made-up name is marked by an annotation, so that later updates keep it and a replacement may change it. Throws when the
 * project forbids made-up names.
 */
export function named(inputs: JsonObject, old: JsonObject | undefined, source: NameSource): JsonObject {
	if (at(inputs, "metadata", "name") !== undefined) return inputs;
	if (old !== undefined && isAutonamed(old)) return withMadeUpName(inputs, textAt(old, "metadata", "name"));
	return withMadeUpName(inputs, newName(source));
}

/** Whether the name of `inputs` was made up. */
export function isAutonamed(inputs: JsonObject): boolean {
	return at(inputs, "metadata", "annotations", autonamed) === "true";
}

function newName({ urn, seed, autonaming }: NameSource): string {
	if (autonaming?.mode === "disable") {
		throw new Error("autonaming is disabled in this project: set metadata.name");
	}
	if (autonaming !== undefined) return autonaming.proposed;
	const prefix = `${urn.split("::").at(-1)}-`;
	const suffix =
		seed.length === 0 ? randomBytes(4) : createHash("sha256").update(seed).update(prefix).digest().subarray(0, 4);
	return prefix + suffix.toString("hex");
}

function withMadeUpName(inputs: JsonObject, name: string): JsonObject {
	const annotations = at(inputs, "metadata", "annotations");
	// Annotations that are not known yet can't be added to; the update that follows the preview adds the mark.
	const marked = annotations === undefined || isObject(annotations);
	return {
		...inputs,
		metadata: {
			...objectAt(inputs, "metadata"),
			name,
			...(marked ? { annotations: { ...objectAt(annotations), [autonamed]: "true" } } : {}),
		},
	};
}
