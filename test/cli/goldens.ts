import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../../tools/lib/paths.ts";

/** Manifests, and the program that they become. */
export interface Golden {
	/** `network`. */
	name: string;
	manifests: string;
	/** Where the program is. */
	file: string;
}

const folder = join(root, "test/cli/golden");

/** All of them. */
export const goldens: readonly Golden[] = globSync("*.yaml", { cwd: folder }).map((file) => {
	const name = basename(file, ".yaml");
	return { name, manifests: readFileSync(join(folder, file), "utf8"), file: join(folder, `${name}.golden.txt`) };
});

/** The programs by name. */
export function goldenPrograms(): Map<string, string> {
	return new Map(goldens.map(({ name, file }) => [name, readFileSync(file, "utf8")]));
}
