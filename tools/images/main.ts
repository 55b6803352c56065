/**
 * `npm run -s images` builds the images where something changed and prints their references and archives as JSON;
 * `npm run -s images -- --import` imports them into the running cluster as well. Progress goes to standard error.
 */
import { parseArgs } from "node:util";
import { importImage } from "../cluster/cluster.ts";
import { lineProgress } from "../cluster/progress.ts";
import { ensureImages } from "./ensure.ts";

try {
	const { values } = parseArgs({ options: { import: { type: "boolean", default: false } } });
	const progress = lineProgress();
	const images = await ensureImages(progress);
	if (values.import) {
		for (const { ref, archive } of [images.system, images.sample]) {
			await progress.step(`importing ${ref} into the cluster`, () => importImage(archive));
		}
	}
	console.log(JSON.stringify(images, undefined, 2));
} catch (error) {
	console.error(error instanceof Error ? error.message : String(error));
	process.exitCode = 1;
}
