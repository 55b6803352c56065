import { checkField } from "../../api/check.ts";
import type { ObjectField } from "../../api/field.ts";
import { describeProblems } from "../../api/problem.ts";
import { clockIds, clockNames } from "./clocks.ts";
import type { TimeInstruction } from "./plan.ts";
import type { Share } from "./shares.ts";

/** 292 years, the longest offset that there is. */
const longest = 9_223_372_037;

const field: ObjectField = {
	type: "object",
	description: "What a node does to one container for a TimeChaos.",
	fields: {
		clocks: {
			type: "array",
			required: true,
			description: "Clocks that are moved.",
			minItems: 1,
			maxItems: clockNames.length,
			items: { type: "string", description: "Name of a clock.", enum: clockNames },
		},
		seconds: {
			type: "integer",
			required: true,
			description: "Whole seconds, rounded down.",
			minimum: -longest,
			maximum: longest,
		},
		nanoseconds: {
			type: "integer",
			required: true,
			description: "Nanoseconds above them.",
			minimum: 0,
			maximum: 999_999_999,
		},
	},
};

/** The instruction comes over the network and ends in the memory of processes. @throws Error that names what is wrong with it. */
export function assertInstruction(instruction: TimeInstruction): void {
	const problems = checkField(field, instruction, "instruction");
	if (problems.length > 0) throw new Error(describeProblems(problems));
}

/** What an injection adds to the clocks of each process. */
export function shareOf({ clocks, seconds, nanoseconds }: TimeInstruction, id: string): Share {
	return { id, clocks: clocks.map((name) => clockIds[name]).sort((one, other) => one - other), seconds, nanoseconds };
}
