import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cache } from "../lib/paths.ts";
import type { Progress } from "../lib/progress.ts";
import { run } from "../lib/run.ts";

/** A Node that needs nothing but the C library, which the Node of a distribution may not be. */
export interface NodeBinary {
	path: string;
	version: string;
}

const major = 24;

/** Node from the npm package `node-linux-<arch>`, in the folder of the cache that `tools/node` uses as well. */
export async function nodeBinary(progress: Progress): Promise<NodeBinary> {
	const folder = join(cache, `node-${major}`);
	const name = `node-linux-${process.arch}`;
	const home = join(folder, "node_modules", name);
	const path = join(home, "bin", "node");
	if (!existsSync(path)) {
		await mkdir(folder, { recursive: true });
		const quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
		await progress.step(`fetching Node ${major} for the images from the npm registry`, () =>
			run("npm", ["install", "--prefix", folder, ...quiet, `${name}@${major}`]),
		);
	}
	const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as { version: string };
	return { path, version };
}
