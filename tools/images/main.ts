/**
 * `npm run -s images` builds the images where something changed and prints their references and archives as JSON;
 * `npm run -s images -- --import` imports them into the running cluster as well. Progress goes to standard error.
 */
import { parseArgs } from "node:util";
import { importImage, kubeconfigPath } from "../cluster/cluster.ts";
import { ownCluster, ownKubeconfigVariable } from "../cluster/own-cluster.ts";
import { lineProgress } from "../lib/progress.ts";
import { ensureImages } from "./ensure.ts";

/** Before minutes are spent on a build. */
function checkImport(): void {
	if (ownCluster()) {
		throw new Error(
			`${ownKubeconfigVariable} names your own cluster, which takes its images from a registry: push them there, ` +
				"or unset it to import them into ours",
		);
	}
	// Throws, saying what to do, when no cluster is up.
	kubeconfigPath();
}

try {
	const { values } = parseArgs({ options: { import: { type: "boolean", default: false } } });
	if (values.import) checkImport();
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
