import { createHash } from "node:crypto";
import type { ExperimentInputs } from "./state.ts";

/**
 * What the targets of random modes are drawn by: whose experiment it is, and its triggers. So the preview draws the same pods as
 * `up`, and a trigger that changes draws anew.
 */
export function seedOf({ owner, triggers = [] }: Pick<ExperimentInputs, "owner" | "triggers">): string {
	return createHash("sha256")
		.update(JSON.stringify([owner, triggers]))
		.digest("hex")
		.slice(0, 32);
}
