import { checkField } from "../../../api/check.ts";
import type { Field, ObjectField } from "../../../api/field.ts";
import { describeProblems, type Problem } from "../../../api/problem.ts";
import { checkNumbers } from "../numbers.ts";
import type { EngineInjection } from "./engine.ts";
import type { QueueTask } from "./served-queue.ts";

/** What the packet engine is asked. */
export type EngineQuestion =
	| ({ do: "add"; netns: string; pid: number; expiresInMs: number } & EngineInjection)
	| { do: "remove"; id: string }
	| { do: "expire"; id: string; expiresInMs: number }
	| { do: "list" };

/** Changes when an engine of before would not understand what it is asked, or be misunderstood. */
export const engineProtocol = 1;

const count = (description: string): Field => ({
	type: "integer",
	description,
	minimum: 0,
	maximum: Number.MAX_SAFE_INTEGER,
});

const question: ObjectField = {
	type: "object",
	description: "What the packet engine is asked.",
	fields: {
		do: { type: "string", required: true, description: "What.", enum: ["add", "remove", "expire", "list"] },
		id: { type: "string", description: "Of the injection.", maxLength: 256 },
		table: { type: "string", description: "Name of its table.", maxLength: 256 },
		netns: { type: "string", description: "device:inode of the network namespace.", maxLength: 64 },
		pid: count("A process in it."),
		expiresInMs: count("Milliseconds until it is over."),
		queues: {
			type: "array",
			description: "What the queues do.",
			maxItems: 2,
			items: {
				type: "object",
				description: "What a queue does.",
				fields: {
					hook: { type: "string", required: true, description: "Sent or received.", enum: ["egress", "ingress"] },
					netem: { type: "json", description: "As in an instruction.", reason: "numbers with a fraction" },
					bucket: { type: "json", description: "As in an instruction.", reason: "numbers with a fraction" },
				},
			},
		},
	},
};

const needs: Record<EngineQuestion["do"], string[]> = {
	add: ["id", "table", "netns", "pid", "expiresInMs", "queues"],
	remove: ["id"],
	expire: ["id", "expiresInMs"],
	list: [],
};

/** Reads a question. Throws an Error with what is wrong with it. */
export function questionOf(value: unknown): EngineQuestion {
	const problems = checkField(question, value, "question");
	if (problems.length > 0) throw new Error(describeProblems(problems));
	const asked = value as EngineQuestion;
	for (const name of needs[asked.do]) if (!(name in asked)) throw new Error(`question.${name}: missing`);
	const wrong = asked.do === "add" ? asked.queues.flatMap(problemsOf) : [];
	if (wrong.length > 0) throw new Error(describeProblems(wrong));
	return asked;
}

function problemsOf({ netem, bucket }: QueueTask, index: number): Problem[] {
	const path = `question.queues[${index}]`;
	return [
		...(netem === undefined ? [] : checkNumbers("netem", netem, `${path}.netem`)),
		...(bucket === undefined ? [] : checkNumbers("bucket", bucket, `${path}.bucket`)),
	];
}
