import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../lib/files.ts";
import { type GoBuild, goBuild } from "../lib/go-build.ts";
import { cache, root } from "../lib/paths.ts";
import type { Progress } from "../lib/progress.ts";
import { checkGo, checkMachine, checkRoom } from "./preflight.ts";
import { cliVersion, languageHostVersion } from "./versions.ts";

/** The folder of the CLI that is built here, its Node language host and the plugin of dynamic resources. */
export const builtFolder = join(cache, "pulumi", cliVersion);

const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

const programs: GoBuild[] = [
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
export async function buildPulumi(progress: Progress): Promise<void> {
	checkMachine(process.platform, process.arch);
	const missing = programs.filter(({ output }) => !existsSync(output));
	if (missing.length > 0) {
		checkGo();
		checkRoom(builtFolder);
		progress.note("building the Pulumi CLI from its Go modules; this happens once");
	}
	for (const program of missing) await goBuild(program, progress);
	await writeWhole(dynamicPlugin, dynamicLauncher, 0o755);
}
