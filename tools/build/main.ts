/**
 * Builds the package into `dist/`: the compiled library, and one bundle each for the controller and the daemon (what the image
 * runs), and for the command line. npm calls it as `prepare`, more than once during one install because the repository depends on itself, so it does
 * nothing when `dist/` is newer than every source.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../lib/paths.ts";
import { bundle, bundleImage, gameDayBeside } from "./bundles.ts";

const stamp = join(root, "dist", ".built");
const rooms = [
	"api",
	"faults",
	"guard-rails",
	"orchestration",
	"selection",
	"provider",
	"components",
	"controller",
	"daemon",
	"game-day",
	"cli",
	"tools/build",
];

/** What the build depends on; a changed list of files (one deleted) counts as a change too. */
function fingerprint(): string {
	const files = globSync([...rooms.map((room) => `${room}/**/*.ts`), "index.ts", "tsconfig*.json", "package.json"], {
		cwd: root,
	}).sort();
	return files.map((file) => `${file} ${statSync(join(root, file)).mtimeMs}`).join("\n");
}

const now = fingerprint();
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== now) {
	rmSync(join(root, "dist"), { recursive: true, force: true });
	execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
		cwd: root,
		stdio: "inherit",
	});
	await bundleImage("dist/images");
	const command = join(root, "dist/cli/main.mjs");
	await build({
		...bundle,
		entryPoints: ["cli/main.ts"],
		outfile: command,
		target: "node22",
		plugins: [gameDayBeside],
	});
	// npm does this too, but only when it installs: the repository's own link is older than the file.
	chmodSync(command, 0o755);
	writeFileSync(stamp, now);
}
