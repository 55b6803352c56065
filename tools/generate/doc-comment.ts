import type { Field } from "../../api/field.ts";

/** Width of a comment's text, in characters: what is left of a line of 120 columns. */
const width = 110;

/** A doc comment with these paragraphs; a paragraph of several lines keeps them. */
export function docComment(...paragraphs: string[]): string {
	const lines = paragraphs
		.filter((paragraph) => paragraph !== "")
		.map((paragraph) => (paragraph.includes("\n") ? paragraph.split("\n") : wrap(paragraph)))
		.flatMap((text, index) => (index === 0 ? text : ["", ...text]))
		.map((line) => line.replaceAll("*/", "*\\/"));
	if (lines.length === 1) return `/** ${lines[0]} */`;
	return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"].join("\n");
}

/** What the editor says of a field: its description, what may stand in it, and what stands there when nothing is said. */
export function describe(field: Field): string {
	return [field.description, allowed(field), preset(field)].filter((part) => part !== "").join(" ");
}

/** What may stand in a field, as a sentence; empty when its type says it all. */
export function allowed(field: Field): string {
	switch (field.type) {
		case "string":
			return field.grammar ? `${capitalised(field.grammar.hint)}.` : "";
		case "integer": {
			// The bounds of exact numbers bound nothing that anybody writes.
			const minimum = field.minimum === Number.MIN_SAFE_INTEGER ? undefined : field.minimum;
			const maximum = field.maximum === Number.MAX_SAFE_INTEGER ? undefined : field.maximum;
			if (minimum === undefined) return maximum === undefined ? "" : `At most ${maximum}.`;
			return maximum === undefined ? `At least ${minimum}.` : `From ${minimum} to ${maximum}.`;
		}
		case "array":
			return allowed(field.items);
		default:
			return "";
	}
}

function preset(field: Field): string {
	return "default" in field && field.default !== undefined ? `Default: \`${field.default}\`.` : "";
}

function capitalised(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function wrap(text: string): string[] {
	const lines = [""];
	for (const word of text.split(" ")) {
		const line = lines.at(-1) ?? "";
		if (line === "") lines[lines.length - 1] = word;
		else if (line.length + word.length < width) lines[lines.length - 1] = `${line} ${word}`;
		else lines.push(word);
	}
	return lines;
}
