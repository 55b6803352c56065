import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../lib/paths.ts";
import { pulumiEnvironment } from "../pulumi/environment.ts";
import { runCommand } from "./command.ts";
import type { Need } from "./tiers.ts";

/** The variable that tells tests where the kubeconfig of the test cluster is. */
const kubeconfigVariable = "PULUMI_CHAOS_KUBECONFIG";

const met = new Map<Need, NodeJS.ProcessEnv>();

/**
 * Brings up what a tier needs, each need once a run, and returns the environment for its tests. Rejects, naming the command,
 * when something can't be brought up.
 */
export async function meet(needs: Need[]): Promise<NodeJS.ProcessEnv> {
	let environment: NodeJS.ProcessEnv = { ...process.env };
	for (const need of needs) {
		const additions = met.get(need) ?? (await bring[need](environment));
		met.set(need, additions);
		environment = { ...environment, ...additions };
	}
	return environment;
}

const bring: Record<Need, (environment: NodeJS.ProcessEnv) => Promise<NodeJS.ProcessEnv>> = {
	pulumi: pulumiEnvironment,
	cluster: async (environment) => {
		await tool("cluster", ["up"], environment);
		const kubeconfig = execFileSync(process.execPath, [join(root, "tools/cluster/main.ts"), "kubeconfig"], {
			encoding: "utf8",
		});
		return { [kubeconfigVariable]: kubeconfig.trim() };
	},
	images: async (environment) => {
		await tool("images", [], environment);
		return {};
	},
};

async function tool(name: string, toolArguments: string[], environment: NodeJS.ProcessEnv): Promise<void> {
	const file = join("tools", name, "main.ts");
	const status = await runCommand(process.execPath, [file, ...toolArguments], environment);
	if (status === 0) return;
	throw new Error(
		`npm run ${[name, ...(toolArguments.length > 0 ? ["--"] : []), ...toolArguments].join(" ")} ended with ${status}`,
	);
}
