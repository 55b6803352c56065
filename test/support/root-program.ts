import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadYaml } from "@kubernetes/client-node";
import { root } from "../../tools/lib/paths.ts";

/** The settings of an environment as they stand in the repository, but for what names a user's own cluster and registry. */
export function environment(name: string): Record<string, string> {
	const { config } = loadYaml<{ config: Record<string, string> }>(
		readFileSync(join(root, `Pulumi.${name}.yaml`), "utf8"),
	);
	const foreign = ["kubeconfig", "context", "image", "sampleImage"].map((key) => `pulumi-chaos:${key}`);
	return Object.fromEntries(Object.entries(config).filter(([key]) => !foreign.includes(key)));
}
