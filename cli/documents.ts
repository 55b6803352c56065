import { type Document, parseAllDocuments, type Tags } from "yaml";
import { isObject } from "../api/json.ts";

/** One object of a file. */
export interface Manifest {
	/** `document 2`, or `document 2, item 3` when it stands in a List. */
	where: string;
	value: unknown;
}

/** A document that is not YAML. */
export interface Unreadable {
	where: string;
	/** What is wrong, with line and column. */
	message: string;
}

/** Takes a file apart: documents, and the items of Lists. Documents that hold nothing are left out, and still counted. */
export function documents(text: string): (Manifest | Unreadable)[] {
	// Version 1.1 is what Kubernetes reads: `0644` is octal, `yes` is true, and `<<` merges.
	const parsed = parseAllDocuments(text, { version: "1.1", customTags: withoutTimes, logLevel: "error" });
	return [...parsed].flatMap((document, index) => read(document, `document ${index + 1}`));
}

/** Kubernetes takes `2026-01-01` and `12:30:00` as they stand there. */
function withoutTimes(tags: Tags): Tags {
	return tags.filter((tag) => typeof tag === "string" || (!tag.tag.endsWith(":timestamp") && !isSexagesimal(tag)));
}

function isSexagesimal(tag: object): boolean {
	return "format" in tag && tag.format === "TIME";
}

function read(document: Document, where: string): (Manifest | Unreadable)[] {
	let value: unknown;
	try {
		if (document.errors[0]) throw document.errors[0];
		value = document.toJS();
		if (holdsItself(value)) throw new Error("an alias stands inside of what it is an alias of");
	} catch (error) {
		// Behind the first line comes a picture of the place.
		return [{ where, message: (error as Error).message.replace(/:\n.*$/s, "") }];
	}
	if (value === null) return [];
	if (!isList(value)) return [{ where, value }];
	return value.items.map((item, index) => ({ where: `${where}, item ${index + 1}`, value: item }));
}

function holdsItself(value: unknown): boolean {
	try {
		JSON.stringify(value);
		return false;
	} catch {
		return true;
	}
}

/** `kind: List`, or that of one kind, such as `PodChaosList`. */
function isList(value: unknown): value is { items: unknown[] } {
	if (!isObject(value) || typeof value["kind"] !== "string") return false;
	return value["kind"].endsWith("List") && Array.isArray(value["items"]);
}
