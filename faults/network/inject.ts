import { addressOrCidr } from "../../api/address.ts";
import { checkField } from "../../api/check.ts";
import type { ObjectField } from "../../api/field.ts";
import { type Injector, TargetGoneError } from "../../api/injector.ts";
import { deviceName } from "../../api/names.ts";
import { describeProblems } from "../../api/problem.ts";
import { step } from "../../api/step.ts";
import { CommandError, command } from "../node/command.ts";
import { type Netns, podNetns, runInNetns, whereabouts } from "../node/netns.ts";
import type { Partition } from "./instruction.ts";
import { deleteTable, isTable, replaceTable } from "./nftables.ts";
import { rulesetOf } from "./ruleset.ts";

/** What taking a partition out needs: the table, and the network namespace that it is in. */
export interface NetworkUndo extends Netns {
	table: string;
}

/** Partition: one nftables table an injection in the network namespace of the pod, which drops packets at input and output. */
export const networkInjector: Injector<Partition, NetworkUndo> = {
	exchanges: true,

	async needs(instruction) {
		assertInstruction(instruction);
		probed ??= probe();
		await probed;
	},

	async prepare(target, _instruction, id) {
		return { table: `pulumi_chaos_${id}`, ...podNetns(target) };
	},

	async inject(_target, { drops }, undo) {
		const ruleset = replaceTable(undo.table, rulesetOf(drops));
		const done = await step("nft-replace", () => runInNetns(undo, "nft", ["-j", "-f", "-"], ruleset));
		if (done === undefined) throw new TargetGoneError("the pod was stopped: its network namespace is no more");
	},

	async recover(_target, undo) {
		// A namespace that is no more took its tables with it.
		await step("nft-delete", () => runInNetns(undo, "nft", ["-j", deleteTable(undo.table)]));
	},

	async verify(target, { drops }, undo) {
		const where = whereabouts(target, undo);
		if (where === "gone") return "target gone";
		// The pod's sandbox was made anew: the pod is there, on a network that knows nothing of the fault.
		if (where === "elsewhere") return "lost";
		const listing = await listTable(undo);
		return listing !== undefined && isTable(listing, rulesetOf(drops)) ? "in place" : "lost";
	},
};

async function listTable(undo: NetworkUndo): Promise<string | undefined> {
	try {
		return await runInNetns(undo, "nft", ["-j", "list", "table", "inet", undo.table]);
	} catch (error) {
		if (error instanceof CommandError && isMissing(error.stderr)) return undefined;
		throw error;
	}
}

/** Whether nft knows no such table; nsenter uses the same words when nft itself is missing, which tells nothing of the table. */
function isMissing(stderr: string): boolean {
	return stderr.includes("No such file or directory") && !stderr.startsWith("nsenter:");
}

const instructionField: ObjectField = {
	type: "object",
	description: "What a node does to one pod for a NetworkChaos.",
	fields: {
		action: { type: "string", required: true, description: "What to do.", enum: ["partition"] },
		drops: {
			type: "array",
			required: true,
			description: "Packets to drop.",
			maxItems: 512,
			items: {
				type: "object",
				description: "Packets at one hook.",
				fields: {
					hook: { type: "string", required: true, description: "Received or sent.", enum: ["input", "output"] },
					peers: {
						type: "array",
						description: "Addresses on the other side.",
						maxItems: 65_536,
						items: { type: "string", description: "An address or CIDR.", grammar: addressOrCidr },
					},
					port: { type: "integer", description: "Port on the other side.", minimum: 1, maximum: 65_535 },
					device: { type: "string", description: "Network device.", grammar: deviceName },
				},
			},
		},
	},
};

/** The instruction comes over the network and ends in a command for the kernel, so nothing in it is taken on trust. */
function assertInstruction(instruction: Partition): void {
	const problems = checkField(instructionField, instruction, "instruction");
	if (problems.length > 0) throw new Error(describeProblems(problems));
	for (const { device } of instruction.drops) {
		// To nft, a text that starts with @ is the name of a set.
		if (device?.startsWith("@")) {
			throw new Error(
				`instruction: nftables can't match the device ${JSON.stringify(device)}; its name starts with "@"`,
			);
		}
	}
}

let probed: Promise<void> | undefined;

/** Puts a table of the same make into a network namespace of its own, which ends with the command. */
async function probe(): Promise<void> {
	const ruleset = rulesetOf([
		{ hook: "input", peers: ["192.0.2.0/31", "2001:db8::/127"], device: "eth0" },
		{ hook: "output" },
	]);
	try {
		await command("nsenter", ["--version"]);
		await command("unshare", ["--net", "--", "nft", "-j", "-f", "-"], {
			input: replaceTable("pulumi_chaos_probe", ruleset),
		});
	} catch (error) {
		probed = undefined;
		throw new Error(
			`this node can't cut networks: nft, nsenter and unshare must be on the daemon's PATH and the kernel must have nftables (nf_tables, nf_tables_inet): ${(error as Error).message}`,
		);
	}
}
