import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { convert } from "../../cli/convert.ts";
import { root } from "../../tools/lib/paths.ts";

/** Manifests of the test tree, and the program that they are to become. */
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

/** The programs that they do become, by name. */
export function goldenPrograms(): Map<string, string> {
	return new Map(goldens.map(({ name, manifests }) => [name, convert(manifests).program ?? ""]));
}
