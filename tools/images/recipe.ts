import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.ts";

/** How one image is made. */
export interface Recipe {
	/** Name of the image, without registry and tag. */
	name: string;
	/** The build context: a folder, and patterns of all files in it that go into the image. */
	folder: string;
	files: readonly string[];
	/** Path of the Dockerfile in `folder`. */
	dockerfile: string;
}

/** The controller and the daemon, from the bundles that `tools/build` makes. */
export const systemRecipe: Recipe = {
	name: "pulumi-chaos",
	folder: root,
	files: ["dist/images/*"],
	dockerfile: "images/Dockerfile",
};

/** The sample application. */
export const sampleRecipe: Recipe = {
	name: "pulumi-chaos-sample",
	folder: join(root, "images", "sample"),
	files: ["package.json", "*.ts"],
	dockerfile: "Dockerfile",
};

/** The files of a recipe by their path in the build context, as they were at one moment: what is hashed is what is built. */
export type Context = ReadonlyMap<string, Buffer>;

/** Reads the Dockerfile and the files of a recipe. @throws Error when a pattern matches nothing. */
export function readContext({ name, folder, files, dockerfile }: Recipe): Context {
	const paths = files.flatMap((pattern) => {
		const found = globSync(pattern, { cwd: folder }).sort();
		if (found.length === 0)
			throw new Error(`image ${name}: no file matches ${pattern} in ${folder}; run npm run prepare`);
		return found;
	});
	return new Map([dockerfile, ...paths].map((path) => [path, readFileSync(join(folder, path))]));
}

/** A short name of what goes into an image: the same content on the same base has the same tag, anything else another. */
export function contentTag(base: string, context: Context): string {
	const hash = createHash("sha256").update(JSON.stringify(base));
	// Lengths keep the end of one file apart from the start of the next.
	for (const [path, data] of context) hash.update(JSON.stringify([path, data.length])).update(data);
	return hash.digest("hex").slice(0, 12);
}

/** The reference of an image that is in no registry. */
export function localRef(name: string, tag: string): string {
	return `localhost/${name}:${tag}`;
}
