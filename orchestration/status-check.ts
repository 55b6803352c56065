import { duration } from "../api/duration.ts";
import type { ObjectField } from "../api/field.ts";
import { httpRequest } from "../api/http-request.ts";
import type { Kind } from "../api/kind.ts";
import { statusCodes } from "../api/status-code.ts";
import { statusCheckStatus } from "./status.ts";

const most = 2_147_483_647;

const http = {
	type: "object",
	required: true,
	description: "The request that is sent, and what its answer must be.",
	fields: {
		...httpRequest,
		criteria: {
			type: "object",
			required: true,
			description: "What the answer must be.",
			fields: {
				statusCode: {
					type: "string",
					required: true,
					description: "Its status code: one, or a range with both ends in it.",
					grammar: statusCodes,
				},
			},
		},
	},
} as const satisfies ObjectField;

/** What is looked at, how often, and when it is well. */
export const statusCheckSpec = {
	type: "object",
	description: "What is looked at, how often, and when it is well.",
	fields: {
		mode: {
			type: "string",
			description:
				"`Synchronous` ends with the first verdict; `Continuous` goes on until it is not well or the duration is over.",
			enum: ["Synchronous", "Continuous"],
			default: "Synchronous",
		},
		type: { type: "string", description: "How it is looked at.", enum: ["HTTP"], default: "HTTP" },
		duration: {
			type: "string",
			description: "How long it is looked at; default: until there is a verdict.",
			grammar: duration,
		},
		timeoutSeconds: {
			type: "integer",
			description: "Seconds that an answer may take.",
			minimum: 1,
			maximum: most,
			default: 1,
		},
		intervalSeconds: {
			type: "integer",
			description: "Seconds between two looks.",
			minimum: 1,
			maximum: most,
			default: 10,
		},
		failureThreshold: {
			type: "integer",
			description: "Failures one after the other that make the verdict bad.",
			minimum: 1,
			maximum: most,
			default: 3,
		},
		successThreshold: {
			type: "integer",
			description: "Successes one after the other that make the verdict good; for mode `Synchronous`.",
			minimum: 1,
			maximum: most,
			default: 1,
		},
		recordsHistoryLimit: {
			type: "integer",
			description: "How many looks the status lists.",
			minimum: 1,
			maximum: 1000,
			default: 100,
		},
		http,
	},
} as const satisfies ObjectField;

/** StatusCheck: whether a system is well, by asking it. */
export const statusCheck = {
	kind: "StatusCheck",
	plural: "statuschecks",
	description: "Whether a system is well, by asking it.",
	spec: { ...statusCheckSpec, required: true },
	status: statusCheckStatus,
	pending: true,
} as const satisfies Kind;
