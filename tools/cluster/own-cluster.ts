import { existsSync } from "node:fs";
import { resolve, sep } from "node:path";
import { stateRoot } from "./layout.ts";

/** Names the kubeconfig of a cluster of the user's own. The ambient KUBECONFIG and ~/.kube/config never count. */
export const ownKubeconfigVariable = "PULUMI_CHAOS_KUBECONFIG";

/**
 * Path of the kubeconfig of the user's own cluster; undefined when none was named, and when the name is that of a
 * cluster that was started here: tests are told about it in the same way.
 *
 * @throws Error when there is no such file.
 */
export function ownKubeconfig(environment: NodeJS.ProcessEnv = process.env): string | undefined {
	const named = environment[ownKubeconfigVariable];
	if (named === undefined || named === "") return undefined;
	const path = resolve(named);
	if (path.startsWith(stateRoot + sep)) return undefined;
	if (existsSync(path)) return path;
	throw new Error(
		`${ownKubeconfigVariable}="${named}": there is no such file; name the kubeconfig of your own cluster, or unset it`,
	);
}

/** Whether the work is done on a cluster of the user's own. Nothing may kill parts of it. */
export function ownCluster(environment: NodeJS.ProcessEnv = process.env): boolean {
	return ownKubeconfig(environment) !== undefined;
}

/**
 * Asks the user's own cluster for its version and returns it.
 *
 * @throws Error when it can't be reached.
 */
export async function ownClusterVersion(path: string): Promise<string> {
	// Loaded only here: its size would slow down every other command.
	const { KubeConfig, VersionApi } = await import("@kubernetes/client-node");
	const config = new KubeConfig();
	try {
		config.loadFromFile(path);
		const { gitVersion } = await config.makeApiClient(VersionApi).getCode();
		return gitVersion;
	} catch (error) {
		const server = config.getCurrentCluster()?.server ?? "no server in its current context";
		const { message, cause } = error as Error;
		const why = cause instanceof Error ? cause.message : message;
		throw new Error(
			`your own cluster can't be reached through ${path} (${server}): ${why}; ` +
				`check with \`kubectl --kubeconfig ${path} version\``,
		);
	}
}
