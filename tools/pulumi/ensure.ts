import { lineProgress, say } from "../lib/progress.ts";
import { ambientPulumi } from "./ambient.ts";
import { buildPulumi, builtFolder, isBuilt } from "./build.ts";
import { installOfficial, officialFolder, officialHostAnswers } from "./official.ts";
import { cliVersion } from "./versions.ts";

/** A Pulumi CLI with its Node language host and the plugin of dynamic resources. */
export interface Pulumi {
	/** The folder to put first on PATH. */
	path: string;
	/** Found on PATH, installed from the official host, or built from the Go module proxy. */
	kind: "path" | "installed" | "built";
	/** Without a leading `v`. */
	version: string;
}

let ensured: Promise<Pulumi> | undefined;

/**
 * The Pulumi CLI of PATH when it is new enough, else the official installation, else one built from source; the last two are
 * kept in the cache. Progress goes to standard error. Rejects, saying what to do, when none can be had.
 */
export function ensurePulumi(): Promise<Pulumi> {
	ensured ??= find();
	return ensured;
}

async function find(): Promise<Pulumi> {
	const ambient = ambientPulumi(process.env["PATH"], say);
	if (ambient !== undefined) return { path: ambient.folder, kind: kindOf(ambient.folder), version: ambient.version };
	if (isBuilt()) return built;
	const kept = ambientPulumi(officialFolder);
	if (kept !== undefined) return { path: officialFolder, kind: "installed", version: kept.version };
	if (await officialHostAnswers()) {
		const version = await installOfficial(say);
		if (version !== undefined) return { path: officialFolder, kind: "installed", version };
	}
	await buildPulumi(lineProgress());
	return built;
}

const built: Pulumi = { path: builtFolder, kind: "built", version: cliVersion };

/** Our own folders come back through PATH in processes that were started with it. */
function kindOf(folder: string): Pulumi["kind"] {
	if (folder === builtFolder) return "built";
	return folder === officialFolder ? "installed" : "path";
}
