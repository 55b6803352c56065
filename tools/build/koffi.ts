import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "esbuild";
import { root } from "../lib/paths.ts";

const chooser = join(root, "node_modules/koffi/src/koffi/src/static.js");
const packages = /^@koromix\/koffi-linux-(?:x64|arm64)$/;

/**
 * Puts the binary of koffi (docs/adr/0009) beside the bundles that use it: the one for glibc, of each platform that npm has
 * installed, which is the builder's. Its packages choose a binary by a name that is only known when they run, which no bundler can follow.
 * A platform that is not there is missing only where it is asked for.
 */
export const koffiBinaries: Plugin = {
	name: "koffi's binaries",
	setup(build) {
		build.initialOptions.loader = { ...build.initialOptions.loader, ".node": "copy" };
		// The module that asks for the packages hides that from bundlers; its CommonJS twin doesn't.
		build.onResolve({ filter: /\/static\.js$/ }, ({ path, resolveDir }) =>
			resolve(resolveDir, path) === chooser ? { path: chooser.replace(/js$/, "cjs") } : undefined,
		);
		build.onResolve({ filter: packages }, ({ path }) =>
			existsSync(binaryOf(path)) ? { path, namespace: "koffi" } : { path, external: true },
		);
		build.onLoad({ filter: packages, namespace: "koffi" }, ({ path }) => ({
			contents: `module.exports = require(${JSON.stringify(binaryOf(path))})`,
			resolveDir: root,
		}));
	},
};

function binaryOf(name: string): string {
	const platform = name.replace(/^.*koffi-linux-/, "linux_");
	return join(root, "node_modules", name, platform, "koffi.node");
}
