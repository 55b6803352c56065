import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeHelpers } from "../../faults/node/helper-places.ts";
import { bundleNode, helperPrograms } from "../../tools/build/bundles.ts";

/**
 * Builds the programs of helpers as the image has them, and has them keep their state in a folder of its own. Returns that folder and what removes
 * it.
 */
export async function buildHelpers(
	programs: Record<string, string> = helperPrograms,
): Promise<{ state: string; remove(): void }> {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-helpers-"));
	const state = join(folder, "state");
	await bundleNode(programs, join(folder, "programs"));
	placeHelpers({ state, programs: join(folder, "programs") });
	return { state, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
