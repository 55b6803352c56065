import { readFileSync } from "node:fs";
import { auditLog } from "../../tools/cluster/audit.ts";
import { sharedLayout } from "../../tools/cluster/layout.ts";

/** What the API server of the shared cluster wrote down of changes of one experiment: `create`, `patch` and so on, in their order. */
export function changesOf(namespace: string, name: RegExp): string[] {
	const lines = readFileSync(auditLog(sharedLayout()), "utf8").split("\n");
	return lines
		.filter((line) => line !== "")
		.map((line): { verb: string; objectRef?: { namespace?: string; name?: string } } => JSON.parse(line))
		.filter(({ objectRef }) => objectRef?.namespace === namespace && name.test(objectRef.name ?? ""))
		.map(({ verb }) => verb);
}
