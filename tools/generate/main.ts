/**
 * `npm run generate`: writes everything that is derived from the schemas of the kinds as a file, and removes what is derived
 * from a kind that is gone. `-- --check` changes nothing and fails when there is anything to do.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../lib/paths.ts";
import { findStale } from "./staleness.ts";

await import("./sources-as-modules.ts");
const { folders, generated } = await import("./files.ts");
const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const wanted = await generated();
const stale = findStale(root, folders, wanted);
if (values.check) {
	for (const { path, wrong } of stale) console.error(`${path} is ${wrong}; run "npm run generate"`);
	process.exitCode = stale.length === 0 ? 0 : 1;
} else {
	for (const { path } of stale) {
		const text = wanted.get(path);
		const file = join(root, path);
		if (text === undefined) rmSync(file);
		else {
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, text);
		}
		console.log(text === undefined ? `removed ${path}` : `wrote ${path}`);
	}
}
