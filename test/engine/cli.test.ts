import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../tools/lib/paths.ts";

function cli(...cliArguments: string[]) {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-cli-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	writeFileSync(join(folder, "Pulumi.yaml"), "name: elsewhere\nruntime: nodejs\n");
	const env = {
		...process.env,
		INIT_CWD: folder,
		PULUMI_BACKEND_URL: `file://${folder}`,
		PULUMI_CONFIG_PASSPHRASE: "only-a-test",
	};
	return spawnSync(process.execPath, ["tools/pulumi/main.ts", ...cliArguments], { cwd: root, env, encoding: "utf8" });
}

test("--path prints the folders of the CLI and nothing else", () => {
	const { stdout, status } = cli("--path");
	expect(status).toBe(0);
	expect(stdout.trimEnd().split("\n")).toHaveLength(1);
	const [first = ""] = stdout.trimEnd().split(delimiter);
	for (const name of ["pulumi", "pulumi-language-nodejs"]) expect(existsSync(join(first, name))).toBe(true);
});

test("arguments, exit status and the folder of the caller are the CLI's", () => {
	expect(cli("version").stdout).toMatch(/^v3\.\d+\.\d+/);
	expect(cli("stack", "init", "mine").status).toBe(0);
	const refused = cli("stack", "select", "not-there", "--non-interactive");
	expect(refused.status).not.toBe(0);
	expect(refused.stderr).toContain("no stack named 'not-there' found");
});
