import type { JsonSchema } from "./json-schema.ts";

const text = { type: "string" };
const time = { type: "string", format: "date-time" };
const count = { type: "integer", format: "int64" };

/** Schema of the status of a Probe. */
export const ownProbeStatusSchema: JsonSchema = {
	type: "object",
	required: ["observedGeneration", "passed", "failed", "failedInRow", "samples"],
	properties: {
		observedGeneration: count,
		outcome: { type: "string", enum: ["Passing", "Failing", "Error"] },
		since: time,
		message: text,
		passed: count,
		failed: count,
		failedInRow: count,
		samples: {
			type: "array",
			items: {
				type: "object",
				required: ["time", "outcome"],
				properties: { time, outcome: { type: "string", enum: ["passed", "failed", "error"] }, message: text },
			},
		},
	},
};
