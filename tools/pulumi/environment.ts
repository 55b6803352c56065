import { dirname } from "node:path";
import { prependPath } from "../lib/search-path.ts";
import { ensurePulumi } from "./ensure.ts";
import { kubernetesPluginFolder } from "./kubernetes-plugin.ts";

let plugin: Promise<string | undefined> | undefined;

/** The folders to put first on PATH, in order: what `npm run pulumi -- --path` prints. Brings up what is missing. */
export async function pulumiPath(): Promise<string[]> {
	const pulumi = await ensurePulumi();
	plugin ??= kubernetesPluginFolder(pulumi);
	const folder = await plugin;
	return folder === undefined ? [pulumi.path] : [pulumi.path, folder];
}

/**
 * The environment in which to run the CLI: `base` with our folders and this Node first on PATH and without checks for updates.
 * Nothing that `base` sets is changed otherwise, so a caller chooses the backend (PULUMI_BACKEND_URL) and the passphrase
 * (PULUMI_CONFIG_PASSPHRASE).
 */
export async function pulumiEnvironment(base: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
	const { kind } = await ensurePulumi();
	const folders = [...(await pulumiPath()), dirname(process.execPath)];
	return {
		PULUMI_SKIP_UPDATE_CHECK: "true",
		// Where the CLI had to be built there is no host to fetch a plugin from: say so at once instead of after retries.
		...(kind === "built" ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
		...base,
		PATH: prependPath(folders, base["PATH"]),
	};
}
