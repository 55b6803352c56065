import { base64 } from "../../api/base64.ts";
import type { Field, ObjectField } from "../../api/field.ts";
import { jsonText } from "../../api/json-text.ts";

/** Methods of HTTP. */
export const method = {
	type: "string",
	description: "Only requests with this method, and answers to them.",
	enum: ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "CONNECT"],
} as const satisfies Field;

/** A status code of HTTP. */
export const code = {
	type: "integer",
	description: "Only answers with this status code.",
	minimum: 100,
	maximum: 999,
} as const satisfies Field;

const text = (description: string, maxLength: number) => ({ type: "string", description, maxLength }) as const;

/** Texts by name, such as headers. */
export const texts = (description: string) =>
	({
		type: "map",
		description,
		maxProperties: 64,
		values: text("The value.", 8192),
	}) as const satisfies Field;

const pairs = (description: string) =>
	({
		type: "array",
		description,
		maxItems: 64,
		items: {
			type: "array",
			description: "Name and value.",
			minItems: 2,
			maxItems: 2,
			items: text("The name, or the value.", 8192),
		},
	}) as const satisfies Field;

/** What of a message is replaced by something else. */
export const replace = {
	type: "object",
	description: "What of the request or answer is replaced; at least one.",
	fields: {
		path: text("Path of the request.", 4096),
		method: { ...method, description: "Method of the request." },
		code: { ...code, description: "Status code of the answer." },
		body: { type: "string", description: "The body, in base 64.", grammar: base64 },
		queries: texts("Values of query parameters of the request, by name."),
		headers: texts("Values of headers, by name."),
	},
} as const satisfies ObjectField;

/** What is added to a message. */
export const patch = {
	type: "object",
	description: "What is added to the request or answer; at least one.",
	fields: {
		body: {
			type: "object",
			description: "A change of the body.",
			fields: {
				type: { type: "string", required: true, description: "`JSON`: a merge patch (RFC 7396).", enum: ["JSON"] },
				value: { type: "string", required: true, description: "The change.", grammar: jsonText },
			},
		},
		queries: pairs("Query parameters that are added to the request: pairs of name and value."),
		headers: pairs("Headers that are added: pairs of name and value."),
	},
} as const satisfies ObjectField;
