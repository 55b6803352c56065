import { byteSize } from "../../api/byte-size.ts";
import { checkField } from "../../api/check.ts";
import type { Field, ObjectField } from "../../api/field.ts";
import { describeProblems, type Problem } from "../../api/problem.ts";
import { cpuProblem, problemOf, type WordProblem } from "./options.ts";
import type { StressInstruction } from "./plan.ts";
import { cpuOptions, everyOption } from "./stressors.ts";

const workers = { type: "integer", required: true, description: "Processes.", minimum: 1, maximum: 8192 } as const;
const words = {
	type: "array",
	description: "Words for stress-ng.",
	maxItems: 1024,
	items: { type: "string", description: "A word.", maxLength: 1024 },
} as const satisfies Field;

const instructionField: ObjectField = {
	type: "object",
	description: "What a node does to one container for a StressChaos.",
	fields: {
		cpu: {
			type: "object",
			description: "Uses up processor time.",
			fields: {
				workers,
				load: { type: "integer", required: true, description: "Percentage.", minimum: 0, maximum: 100 },
				options: { ...words, required: true },
			},
		},
		memory: {
			type: "object",
			description: "Uses up memory.",
			fields: {
				workers,
				size: { type: "string", description: "How much.", grammar: byteSize },
				oomScoreAdj: {
					type: "integer",
					required: true,
					description: "How soon it is ended.",
					minimum: -1000,
					maximum: 1000,
				},
				growth: {
					type: "integer",
					required: true,
					description: "Seconds until all is taken.",
					minimum: 0,
					maximum: 2 ** 31,
				},
			},
		},
		stressng: words,
	},
};

/** The instruction comes over the network and ends in a program's arguments, so nothing in it is taken on trust. Throws. */
export function assertInstruction(instruction: StressInstruction): void {
	const problems = checkField(instructionField, instruction, "instruction");
	if (problems.length === 0) problems.push(...wordProblems(instruction));
	if (problems.length > 0) throw new Error(describeProblems(problems));
}

function wordProblems({ cpu, stressng }: StressInstruction): Problem[] {
	const at = (path: string, found: WordProblem | undefined): Problem[] =>
		found ? [{ path: `instruction.${path}[${found.index}]`, message: found.message }] : [];
	return [
		...at("cpu.options", cpu && cpuProblem(cpu.options, cpuOptions)),
		...at("stressng", stressng && problemOf(stressng, everyOption)),
	];
}
