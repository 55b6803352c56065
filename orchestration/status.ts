import type { JsonSchema } from "../api/json-schema.ts";

const text = { type: "string" };
const time = { type: "string", format: "date-time" };
const count = { type: "integer", format: "int64" };
const truth = { type: "string", enum: ["True", "False", "Unknown"] };
const object = (properties: JsonSchema, required?: string[]): JsonSchema => ({
	type: "object",
	properties,
	...(required && { required }),
});
const list = (items: JsonSchema): JsonSchema => ({ type: "array", items });

const objectReference = object({
	apiVersion: text,
	kind: text,
	namespace: text,
	name: text,
	uid: text,
	resourceVersion: text,
	fieldPath: text,
});

/** Schema of the status of a Schedule: what runs now, and when something was made last. */
export const scheduleStatus = object({ active: list(objectReference), time });

/** Schema of the status of a Workflow. */
export const workflowStatus = object({
	entryNode: text,
	startTime: time,
	endTime: time,
	conditions: list(object({ type: text, status: truth, reason: text, startTime: time }, ["type", "status"])),
});

/** Schema of the status of a StatusCheck. */
export const statusCheckStatus = object({
	startTime: time,
	completionTime: time,
	count,
	records: list(object({ startTime: time, outcome: { type: "string", enum: ["Success", "Failure"] } })),
	conditions: list(
		object({ type: text, status: truth, reason: text, lastProbeTime: time, lastTransitionTime: time }, [
			"type",
			"status",
		]),
	),
});
