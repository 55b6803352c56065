import { type BuildOptions, build, type Plugin } from "esbuild";
import { root } from "../lib/paths.ts";
import { koffiBinaries } from "./koffi.ts";

/** What all bundles have in common. */
export const bundle = {
	absWorkingDir: root,
	bundle: true,
	platform: "node",
	format: "esm",
	logLevel: "warning",
	// Some bundled CommonJS packages call require for Node's own modules. The name is one that no bundled module imports itself.
	banner: {
		js: 'import { createRequire as requireOfBundle } from "node:module"; const require = requireOfBundle(import.meta.url);',
	},
} as const satisfies BuildOptions;

/**
 * Leaves game days out of the bundle of the command line, which loads them from beside it: Pulumi's SDK finds files of its own by
 * where it is installed.
 */
export const gameDayBeside: Plugin = {
	name: "game-day-beside",
	setup(building) {
		building.onResolve({ filter: /\/game-day\/index\.ts$/ }, () => ({ path: "../game-day/index.js", external: true }));
	},
};

/** Programs of the daemon's helpers, by the names under which it starts them. */
export const helperPrograms = { "packet-engine": "faults/network/packets/main.ts" };

/** Writes what the image runs into a folder: a bundle each for the controller, the daemon and its helpers. */
export function bundleImage(outdir: string, plugins: Plugin[] = []): Promise<void> {
	const programs = { controller: "controller/main.ts", daemon: "daemon/main.ts", ...helperPrograms };
	return bundleNode(programs, outdir, plugins);
}

/**
 * Writes bundles for the image's Node, by the names of their entry points, with what they load as files beside them. They are not
 * minified, so that stack traces name functions; a source map would cost the controller 30 MB as soon as it logs the first one.
 */
export async function bundleNode(
	entryPoints: Record<string, string>,
	outdir: string,
	plugins: Plugin[] = [],
): Promise<void> {
	await build({
		...bundle,
		plugins: [...plugins, koffiBinaries],
		entryPoints,
		outdir,
		outExtension: { ".js": ".mjs" },
		target: "node24",
	});
}
