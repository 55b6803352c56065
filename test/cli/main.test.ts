import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../tools/lib/paths.ts";

const golden = (file: string): string => join(root, "test/cli/golden", file);

/** Runs the command of the package as npx does, by its link. */
function run(args: string[], input = ""): { status: number | null; stdout: string; stderr: string } {
	const command = join(root, "dist/cli/main.mjs");
	const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { input, encoding: "utf8" });
	return { status, stdout, stderr };
}

describe("pulumi-chaos convert", () => {
	const program = readFileSync(golden("network.golden.txt"), "utf8");

	it("writes the program of a file to standard output, and nothing else", () => {
		expect(run(["convert", golden("network.yaml")])).toEqual({ status: 0, stdout: program, stderr: "" });
	});

	it("reads standard input", () => {
		const input = readFileSync(golden("network.yaml"), "utf8");
		expect(run(["convert", "-"], input)).toEqual({ status: 0, stdout: program, stderr: "" });
	});

	it("says what is wrong on standard error, and writes no program then", () => {
		expect(run(["convert", "-"], "apiVersion: chaos-mesh.org/v1\nkind: PodChaos")).toEqual({
			status: 1,
			stdout: "",
			stderr:
				'error: document 1, PodChaos: apiVersion: "chaos-mesh.org/v1" is not known; use "chaos-mesh.org/v1alpha1"\n' +
				"no program is written until the errors are gone\n",
		});
	});

	it("says what is left out and writes the program nevertheless", () => {
		const { status, stdout, stderr } = run(["convert", golden("pods.yaml")]);
		expect({ status, stdout }).toEqual({ status: 0, stdout: readFileSync(golden("pods.golden.txt"), "utf8") });
		expect(stderr).toMatch(/^warning: document 1, item 2, PodChaos "bank\/kill": .*\n$/);
	});
});

const usages = ["Usage: pulumi-chaos convert <file|->", "Usage: pulumi-chaos game-day <folder> --stack <name>"];

it.each([
	[["--help"], usages],
	[["-h"], usages],
	[["convert", "--help"], usages.slice(0, 1)],
	[["game-day", "attacks", "-h"], usages.slice(1)],
])("%j explains itself", (args, expected) => {
	const { status, stdout, stderr } = run(args);
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	expect(usages.filter((usage) => stdout.includes(usage))).toEqual(expected);
});

it.each([
	["no command", [], "no command"],
	["an unknown command", ["covnert", "x.yaml"], '"covnert" is not a command; there are "convert" and "game-day"'],
	["no file", ["convert"], "no file; write - for standard input"],
	["two files", ["convert", "a.yaml", "b.yaml"], '"b.yaml" is too much; convert takes one file'],
	["an unknown option", ["convert", "--force", "x.yaml"], "Unknown option '--force'"],
	["no folder", ["game-day", "--stack", "dev"], "no folder; name that of the Pulumi program"],
	["two folders", ["game-day", "a", "b", "--stack", "dev"], '"b" is too much; game-day takes one folder'],
	["no stack", ["game-day", "."], "no stack; name it with --stack"],
	["an option of another command", ["convert", "--yes", "x.yaml"], "Unknown option '--yes'"],
	[
		"a wrong duration",
		["game-day", ".", "--stack", "dev", "--hold", "long"],
		'hold: "long" is not a duration of zero or more; write numbers with units of ns, us, ms, s, m or h, such as "90s" or "1h30m"',
	],
	[
		"a report that has no place",
		["game-day", ".", "--stack", "dev", "--junit", "/absent/report.xml"],
		'--junit: there is no folder "/absent" to write the report to',
	],
])("refuses %s", (_, args, message) => {
	const stderr = `pulumi-chaos: ${message}\nTry "pulumi-chaos --help".\n`;
	expect(run(args)).toEqual({ status: 2, stdout: "", stderr });
});

it("refuses a file that can't be read", () => {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-cli-"));
	try {
		for (const file of [join(folder, "absent.yaml"), folder]) {
			const { status, stdout, stderr } = run(["convert", file]);
			expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
			expect(stderr).toContain(`can't read ${JSON.stringify(file)}: E`);
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
