import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "../lib/paths.ts";
import { say } from "../lib/progress.ts";
import { onPath } from "../lib/search-path.ts";
import type { Pulumi } from "./ensure.ts";
import { officialHostAnswers } from "./official.ts";

const program = "pulumi-resource-kubernetes";

/** The folder with the launcher of the tests' stand-in for the plugin. */
export const standInFolder = join(root, "test/support/kubernetes-provider/bin");

/**
 * The folder to add to PATH so that the engine finds a plugin for Kubernetes: none when it has the real one, or can fetch it,
 * in the version of the SDK in `node_modules`; else that of the stand-in.
 */
export async function kubernetesPluginFolder(pulumi: Pulumi): Promise<string | undefined> {
	const version = sdkVersion();
	if (isInstalled(version) || isOnPath()) return undefined;
	if ((await officialHostAnswers()) && install(pulumi, version)) return undefined;
	return standInFolder;
}

function sdkVersion(): string {
	const file = join(root, "node_modules/@pulumi/kubernetes/package.json");
	return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

function isInstalled(version: string): boolean {
	const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
	return existsSync(join(home, "plugins", `resource-kubernetes-v${version}`, program));
}

/** Ours may be on PATH because this process was started with it. */
function isOnPath(): boolean {
	const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== standInFolder);
	return onPath(program, folders.join(delimiter)) !== undefined;
}

function install(pulumi: Pulumi, version: string): boolean {
	say(`installing the plugin for Kubernetes ${version}; this happens once`);
	try {
		execFileSync(join(pulumi.path, "pulumi"), ["plugin", "install", "resource", "kubernetes", version], {
			stdio: ["ignore", "ignore", "inherit"],
		});
		return true;
	} catch {
		say("the plugin for Kubernetes can't be installed; using the tests' stand-in");
		return false;
	}
}
