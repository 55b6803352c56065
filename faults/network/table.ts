import { step } from "../../api/step.ts";
import { CommandError } from "../node/command.ts";
import { type Netns, runInNetns } from "../node/netns.ts";
import { ask } from "./ask.ts";
import { deleteTable, isTable, replaceTable } from "./nftables.ts";
import type { Ruleset } from "./ruleset.ts";

/** Name of the table of an injection, in every family that it needs. */
export function tableOf(id: string): string {
	return `${prefix}${id}`;
}

/** Whether a table is that of an injection. */
export function isOurs(table: string): boolean {
	return table.startsWith(prefix);
}

const prefix = "pulumi_chaos_";

/** Puts a table of each family in place, or in the place of what it was, in one transaction; false: the namespace is no more. */
export async function putTable(netns: Netns, table: string, rulesets: readonly Ruleset[]): Promise<boolean> {
	const text = replaceTable(table, ...rulesets);
	return (await step("nft-replace", () => runInNetns(netns, "nft", ["-j", "-f", "-"], text))) !== undefined;
}

/** Deletes a table of some families if it is there; false: the namespace is no more, and took its tables with it. */
export async function dropTable(netns: Netns, table: string, families: readonly Ruleset["family"][]): Promise<boolean> {
	const text = deleteTable(table, ...families);
	return (await step("nft-delete", () => runInNetns(netns, "nft", ["-j", text]))) !== undefined;
}

/** Whether a table of this name is as the ruleset says, in a pod's network namespace. */
export async function holdsTable(netns: Netns, table: string, ruleset: Ruleset): Promise<boolean> {
	try {
		const listing = await ask(netns, "nft", "-j", "list", "table", ruleset.family, table);
		return listing !== undefined && isTable(listing, ruleset);
	} catch (error) {
		if (error instanceof CommandError && isMissing(error.stderr)) return false;
		throw error;
	}
}

/** Whether nft knows no such table; nsenter uses the same words when nft itself is missing, which tells nothing of the table. */
function isMissing(stderr: string): boolean {
	return stderr.includes("No such file or directory") && !stderr.startsWith("nsenter:");
}
