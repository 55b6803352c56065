import type { Field } from "./field.ts";
import { httpUrl } from "./url.ts";

/** The fields of a request of HTTP that a system is asked by. */
export const httpRequest = {
	url: { type: "string", required: true, description: "Where it is sent to.", grammar: httpUrl },
	method: {
		type: "string",
		description: "Its method.",
		enum: ["GET", "POST"],
		default: "GET",
	},
	headers: {
		type: "map",
		description: "Its headers: a list of values by name.",
		maxProperties: 64,
		values: {
			type: "array",
			description: "Values of the header.",
			maxItems: 64,
			items: { type: "string", description: "A value.", maxLength: 8192 },
		},
	},
	body: { type: "string", description: "Its body, as text.", maxLength: 65_536 },
} as const satisfies Record<string, Field>;
