import { type BuildOptions, build, type Plugin } from "esbuild";
import { root } from "../lib/paths.ts";

/** What all bundles have in common. */
export const bundle = {
	absWorkingDir: root,
	bundle: true,
	platform: "node",
	format: "esm",
	logLevel: "warning",
	// Some bundled CommonJS packages call require for Node's own modules.
	banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
} as const satisfies BuildOptions;

/** Writes what the image runs into a folder: a bundle for the controller, and one for the daemon. */
export async function bundleImage(outdir: string, plugins: Plugin[] = []): Promise<void> {
	await build({
		...bundle,
		plugins,
		entryPoints: { controller: "controller/main.ts", daemon: "daemon/main.ts" },
		outdir,
		outExtension: { ".js": ".mjs" },
		target: "node24",
		// For the lines of the image's stack traces; the sources themselves would double the package.
		sourcemap: true,
		sourcesContent: false,
	});
}
