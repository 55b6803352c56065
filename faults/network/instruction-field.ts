import { addressOrCidr } from "../../api/address.ts";
import { checkField } from "../../api/check.ts";
import type { Field, ObjectField } from "../../api/field.ts";
import { isObject } from "../../api/json.ts";
import { deviceName } from "../../api/names.ts";
import { describeProblems, type Problem } from "../../api/problem.ts";
import type { NetworkInstruction } from "./instruction.ts";
import { checkNumbers } from "./numbers.ts";

const selection = {
	peers: {
		type: "array",
		description: "Addresses on the other side.",
		maxItems: 65_536,
		items: { type: "string", description: "An address or CIDR.", grammar: addressOrCidr },
	},
	port: { type: "integer", description: "Port on the other side.", minimum: 1, maximum: 65_535 },
	device: { type: "string", description: "Network device.", grammar: deviceName },
} as const satisfies Record<string, Field>;

const hook = (...hooks: string[]) =>
	({ type: "string", required: true, description: "Sent or received.", enum: hooks }) as const satisfies Field;

const list = (description: string, fields: Record<string, Field>) =>
	({
		type: "array",
		description,
		maxItems: 2048,
		items: { type: "object", description: "Packets at one hook.", fields: { ...fields, ...selection } },
	}) as const satisfies Field;

const plainNumbers = { type: "json", description: "Plain numbers.", reason: "see numbers.ts" } as const;

const instructionField: ObjectField = {
	type: "object",
	description: "What a node does to one pod for a NetworkChaos.",
	fields: {
		action: { type: "string", required: true, description: "What to do.", enum: ["partition", "shape"] },
		spared: selection.peers,
		drops: list("Packets to drop.", { hook: hook("input", "output") }),
		paths: list("Packets to shape.", {
			hook: hook("egress", "ingress"),
			part: { type: "string", description: "Which of them.", enum: ["replies", "rest"] },
		}),
		netem: plainNumbers,
		bucket: plainNumbers,
	},
	variants: {
		by: "action",
		of: {
			partition: { description: "Drops packets.", needs: ["drops"], allows: ["spared"] },
			shape: { description: "Shapes packets.", needs: ["paths"], allows: ["netem", "bucket"] },
		},
		shared: [],
	},
	rules: [
		{
			when: { field: "action", is: ["shape"] },
			must: { any: [{ given: "netem" }, { given: "bucket" }] },
			path: "action",
			message: "{value} needs netem or bucket",
		},
	],
};

/** The instruction comes over the network and ends in commands for the kernel, so nothing in it is taken on trust. */
export function assertInstruction(instruction: NetworkInstruction): void {
	const problems = [...checkField(instructionField, instruction, "instruction"), ...numbersOf(instruction)];
	if (problems.length > 0) throw new Error(describeProblems(problems));
	for (const { device } of instruction.action === "partition" ? instruction.drops : instruction.paths) {
		// To nft, a text that starts with @ is the name of a set.
		if (device?.startsWith("@")) {
			throw new Error(
				`instruction: nftables can't match the device ${JSON.stringify(device)}; its name starts with "@"`,
			);
		}
	}
}

function numbersOf(instruction: unknown): Problem[] {
	if (!isObject(instruction) || instruction["action"] !== "shape") return [];
	const { netem, bucket } = instruction;
	return [
		...(netem === undefined ? [] : checkNumbers("netem", netem, "instruction.netem")),
		...(bucket === undefined ? [] : checkNumbers("bucket", bucket, "instruction.bucket")),
	];
}
