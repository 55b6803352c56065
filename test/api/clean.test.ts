import { expect, it } from "vitest";
import { clean } from "../../api/clean.ts";
import type { ObjectField } from "../../api/field.ts";

const text = { type: "string", description: "" } as const;
const schema = {
	type: "object",
	description: "",
	fields: {
		value: text,
		count: { type: "integer", description: "" },
		on: { type: "boolean", description: "" },
		selector: {
			type: "object",
			required: true,
			description: "",
			fields: { labels: { type: "map", description: "", maxProperties: 9, values: text } },
		},
		steps: {
			type: "array",
			description: "",
			maxItems: 9,
			items: { type: "object", description: "", fields: { name: { ...text, required: true }, value: text } },
		},
		nested: {
			type: "object",
			description: "",
			fields: { inner: { type: "object", description: "", fields: { value: text } } },
		},
		pod: { type: "json", description: "", reason: "" },
	},
} as const satisfies ObjectField;

it.each([
	["empty texts, lists and objects", { value: "", steps: [], nested: {}, pod: {} }, {}],
	["null", { value: null, selector: null, other: null }, {}],
	["objects in which nothing is left", { nested: { inner: { value: "" } } }, {}],
	["empty fields in lists", { steps: [{ name: "a", value: "" }, {}] }, { steps: [{ name: "a" }, {}] }],
	["nothing that is required", { selector: {}, steps: [{ name: "" }] }, { selector: {}, steps: [{ name: "" }] }],
	["nothing in maps", { selector: { labels: { canary: "" } } }, { selector: { labels: { canary: "" } } }],
	["no zero and no false", { count: 0, on: false }, { count: 0, on: false }],
	["nothing of objects whose shape is not ours", { pod: { image: "" } }, { pod: { image: "" } }],
	["no unknown field that says something", { other: "x" }, { other: "x" }],
])("drops %s", (_, value, cleaned) => {
	expect(clean(schema, value)).toEqual(cleaned);
});
