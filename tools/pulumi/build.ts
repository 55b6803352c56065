import { chmodSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, root } from "../lib/paths.ts";
import { buildGoTool, type GoTool } from "./go-tool.ts";
import { cliVersion, languageHostVersion } from "./versions.ts";

/** The folder of the CLI that is built here, its Node language host and the plugin of dynamic resources. */
export const builtFolder = join(cache, "pulumi", cliVersion);

const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

const programs: GoTool[] = [
	{
		title: `Pulumi's Node language host v${languageHostVersion}`,
		folder: join(root, "tools/pulumi/language-host"),
		package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
		variables: { [versionVariable]: `v${languageHostVersion}` },
		output: join(builtFolder, "pulumi-language-nodejs"),
	},
	{
		title: `the Pulumi CLI v${cliVersion}`,
		folder: join(root, "tools/pulumi/cli"),
		package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
		variables: { [versionVariable]: `v${cliVersion}` },
		output: join(builtFolder, "pulumi"),
	},
];

const dynamicPlugin = join(builtFolder, "pulumi-resource-pulumi-nodejs");

/** The engine starts the plugin in the folder of the program, whose own SDK serves its dynamic resources. */
const dynamicLauncher = `#!/bin/sh
server=$(node -p 'require.resolve("@pulumi/pulumi/cmd/dynamic-provider")') || exit 1
exec node "$server" "$@"
`;

/** Whether everything in {@link builtFolder} is there; each file appears only when it is complete. */
export function isBuilt(): boolean {
	return [...programs.map((program) => program.output), dynamicPlugin].every((file) => existsSync(file));
}

/**
 * Builds what is missing of {@link builtFolder} out of the Go module proxy: minutes the first time, nothing afterwards. Two
 * processes may do so at once. Throws on a machine that it can't build for, without Go, or without room.
 */
export async function buildPulumi(say: (sentence: string) => void): Promise<void> {
	checkMachine(process.platform, process.arch);
	for (const program of programs.filter(({ output }) => !existsSync(output))) await buildGoTool(program, say);
	const partial = `${dynamicPlugin}.${process.pid}.partial`;
	writeFileSync(partial, dynamicLauncher);
	chmodSync(partial, 0o755);
	renameSync(partial, dynamicPlugin);
}

/** Throws unless the Pulumi CLI can be built for this operating system and processor. */
export function checkMachine(platform: string, arch: string): void {
	if (["linux", "darwin"].includes(platform) && ["x64", "arm64"].includes(arch)) return;
	throw new Error(
		`the Pulumi CLI can't be built on "${platform}-${arch}": that needs Linux or macOS on x64 or arm64; ` +
			"install it from https://www.pulumi.com/docs/install",
	);
}
