import type { JsonSchema } from "./json-schema.ts";
import { probeStages } from "./probe.ts";
import { conditionTypes, verdicts } from "./status.ts";

const text = { type: "string" };
const count = { type: "integer", format: "int64" };
const object = (required: string[], properties: JsonSchema): JsonSchema => ({ type: "object", required, properties });
const list = (items: JsonSchema): JsonSchema => ({ type: "array", items });
const oneOf = (values: readonly string[]): JsonSchema => ({ type: "string", enum: [...values] });
const time = { type: "string", format: "date-time" };
const stageResult = object(["outcome", "passed", "failed", "failedInRow"], {
	outcome: oneOf(["Running", "Passed", "Failed", "Error"]),
	passed: count,
	failed: count,
	failedInRow: count,
});

/** Schema of the status of an experiment. */
export const statusSchema = object(["experiment"], {
	conditions: list(
		object(["type", "status"], {
			type: { type: "string", enum: [...conditionTypes] },
			status: { type: "string", enum: ["True", "False"] },
			reason: text,
			message: text,
			lastTransitionTime: { type: "string", format: "date-time" },
		}),
	),
	reinjected: text,
	hosts: list(object(["host", "addresses"], { host: text, addresses: list(text) })),
	probes: list(
		object(["name", "samples"], {
			name: text,
			...Object.fromEntries(probeStages.map((stage) => [stage, stageResult])),
			samples: list(
				object(["time", "when", "outcome"], {
					time,
					when: oneOf(probeStages),
					outcome: oneOf(["passed", "failed", "error"]),
					message: text,
				}),
			),
		}),
	),
	verdict: oneOf(verdicts),
	experiment: {
		type: "object",
		properties: {
			desiredPhase: { type: "string", enum: ["Run", "Stop"] },
			packed: text,
			containerRecords: list(
				object(["id", "selectorKey", "phase", "injectedCount", "recoveredCount"], {
					id: text,
					selectorKey: text,
					phase: { type: "string", enum: ["Not Injected", "Not Injected/Wait", "Injected/Wait", "Injected"] },
					injectedCount: count,
					recoveredCount: count,
					node: text,
					podUid: text,
					container: text,
					leaves: { type: "boolean" },
					reason: text,
					message: text,
					events: list(
						object(["type", "operation", "timestamp"], {
							type: { type: "string", enum: ["Succeeded", "Failed"] },
							operation: { type: "string", enum: ["Apply", "Recover"] },
							message: text,
							timestamp: { type: "string", format: "date-time" },
						}),
					),
				}),
			),
		},
	},
});
