import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { root } from "../../../tools/lib/paths.ts";
import { kubernetesPluginFolder } from "../../../tools/pulumi/kubernetes-plugin.ts";

const pulumi = { path: "/no/such/folder", kind: "path", version: "3.259.0" } as const;
const sdk = JSON.parse(readFileSync(join(root, "node_modules/@pulumi/kubernetes/package.json"), "utf8"));
let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-plugin-"));
	vi.stubEnv("PULUMI_HOME", folder);
});

afterEach(() => {
	vi.unstubAllEnvs();
	rmSync(folder, { recursive: true, force: true });
});

function plugin(...path: string[]): void {
	mkdirSync(join(folder, ...path), { recursive: true });
	writeFileSync(join(folder, ...path, "pulumi-resource-kubernetes"), "", { mode: 0o755 });
}

test("the stand-in stays away when Pulumi has the plugin of the SDK's version", async () => {
	plugin("plugins", `resource-kubernetes-v${sdk.version}`);
	expect(await kubernetesPluginFolder(pulumi)).toBeUndefined();
});

test("the stand-in stays away when a plugin is on PATH", async () => {
	plugin("bin");
	vi.stubEnv("PATH", join(folder, "bin"));
	expect(await kubernetesPluginFolder(pulumi)).toBeUndefined();
});
