import type { Field, ObjectField } from "../../api/field.ts";
import { allowed } from "./doc-comment.ts";

/** Links to where the fields of an object are described, by its `fields`. */
export type Links = ReadonlyMap<object, string>;

/** A table of the fields of an object, and of those of the objects in it. */
export function fieldTable(object: ObjectField, links: Links): string {
	return ["| field | with | type | default | meaning |", "|---|---|---|---|---|", ...rows(object, "", links)].join(
		"\n",
	);
}

function rows(object: ObjectField, before: string, links: Links): string[] {
	return Object.entries(object.fields).flatMap(([name, field]) => {
		if (field.refused !== undefined) return [];
		const path = `${before}${name}`;
		const meaning = [field.description, allowed(field)].filter((text) => text !== "").join(" ");
		const cells = [`\`${path}\``, goesWith(object, name), typeOf(field, links), preset(field), meaning];
		const inner = objectIn(field, path);
		return [
			`| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
			...(inner && !links.has(inner.object.fields) ? rows(inner.object, inner.before, links) : []),
		];
	});
}

/** When the field is needed, and with which variants it goes; empty: it may be there always. */
function goesWith({ fields, variants }: ObjectField, name: string): string {
	if (fields[name]?.required) return "needed";
	if (!variants || name === variants.by || variants.shared.includes(name)) return "";
	return Object.entries(variants.of)
		.flatMap(([variant, { needs, allows }]) => {
			if (needs.includes(name)) return [`\`${variant}\` (needed)`];
			return allows.includes(name) ? [`\`${variant}\``] : [];
		})
		.join(", ");
}

function typeOf(field: Field, links: Links): string {
	switch (field.type) {
		case "string":
			if (field.enum) return field.enum.map((one) => `\`${one}\``).join(", ");
			return field.grammar?.type ? `\`${field.grammar.type}\`` : "text";
		case "integer":
			return field.alias ? `\`${field.alias}\`` : "whole number";
		case "boolean":
			return "true or false";
		case "array":
			return `list of ${typeOf(field.items, links)}`;
		case "map":
			return `by key: ${typeOf(field.values, links)}`;
		case "json":
			return "object of Kubernetes";
		case "object": {
			const link = links.get(field.fields);
			return link === undefined ? "object" : link;
		}
	}
}

function preset(field: Field): string {
	return "default" in field && field.default !== undefined ? `\`${field.default}\`` : "";
}

/** The object that a field holds, and how paths to the fields in it begin. */
function objectIn(field: Field, path: string): { object: ObjectField; before: string } | undefined {
	switch (field.type) {
		case "object":
			return { object: field, before: `${path}.` };
		case "array":
			return objectIn(field.items, `${path}[]`);
		case "map":
			return objectIn(field.values, `${path}.*`);
		default:
			return undefined;
	}
}
