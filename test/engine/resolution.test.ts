import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../tools/lib/paths.ts";
import { heavy } from "../support/heavy.ts";
import { Stack } from "../support/stack.ts";

const toy = join(root, "test/support/programs/thin-toy");
const folders: string[] = [];

/** A folder that is removed at the end. */
function folder(parent: string, prefix: string): string {
	const made = mkdtempSync(join(parent, prefix));
	folders.push(made);
	return made;
}

afterAll(() => {
	for (const made of folders) rmSync(made, { recursive: true, force: true });
});

/** Takes the toy through its life, and proves that all its methods found the handlers. */
async function live(program: string): Promise<void> {
	const file = join(folder(tmpdir(), "pulumi-chaos-calls-"), "calls");
	const stack = await Stack.create(program, "toy", { file, text: "first" });
	try {
		await stack.ok("up");
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
		await stack.configure("text", "second");
		await stack.ok("up");
		await stack.ok("destroy");
	} finally {
		stack.dispose();
	}
	const calls = readFileSync(file, "utf8").trim().split("\n");
	expect(new Set(calls)).toEqual(
		new Set([
			"check function",
			"create function",
			"read function",
			"diff function",
			"update function",
			"delete function",
		]),
	);
}

describe("inside the repository", () => {
	it("a thin provider is found from a program of its own folder below the root's Pulumi.yaml", async () => {
		const project = folder(root, ".toy-");
		writeFileSync(join(project, "Pulumi.yaml"), "name: toy\nruntime: nodejs\nmain: program/\n");
		cpSync(toy, join(project, "program"), { recursive: true });
		await live(project);
	});

	heavy("and from an example", async () => {
		const example = folder(join(root, "examples"), ".toy-");
		cpSync(toy, example, { recursive: true });
		await live(example);
	});
});

describe("outside the repository", () => {
	let project: string;
	let tarball: string;

	function npm(...options: string[]): void {
		const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
		execFileSync("npm", [...options, ...quiet], { cwd: project, stdio: ["ignore", "ignore", "inherit"] });
	}

	beforeAll(() => {
		project = folder(tmpdir(), "pulumi-chaos-fresh-");
		const packed = ["pack", "--ignore-scripts", "--silent", "--pack-destination", project];
		tarball = join(project, execFileSync("npm", packed, { cwd: root, encoding: "utf8" }).trim());
		cpSync(toy, project, { recursive: true });
		npm("install", tarball, "@pulumi/pulumi", "@pulumi/kubernetes", "typescript@6.0", "@types/node@24");
	});

	it("it is found when the packed package is installed", async () => {
		await live(project);
	});

	it("a package that came only with another one is told from, at preview, in a sentence that says what to do", async () => {
		bundle();
		writeFileSync(
			join(project, "index.ts"),
			'import { NetworkChaos } from "wrapper";\n' +
				'new NetworkChaos("cut", { action: "partition", mode: "all", selector: {}, cluster: { context: "dev" } });\n',
		);
		const stack = await Stack.create(project, "toy");
		try {
			const { status, output } = await stack.run("preview");
			expect(status).not.toBe(0);
			expect(output).toContain(
				`error: pulumi-chaos can't be loaded from the program's folder ${project}: it is not in node_modules there or in a ` +
					"folder above. Pulumi runs the provider from that folder, so the package has to be a direct dependency of the " +
					'program, also when another package brings it along: run "npm install pulumi-chaos" there ("npm ci" when ' +
					"package.json lists it already)",
			);
			expect(output).not.toMatch(/^\s+at /m);
		} finally {
			stack.dispose();
		}
	});

	/** Installs another package, in whose own node_modules npm leaves pulumi-chaos. */
	function bundle(): void {
		const wrapper = join(project, "wrapper");
		mkdirSync(join(wrapper, "node_modules"), { recursive: true });
		cpSync(join(project, "node_modules/pulumi-chaos"), join(wrapper, "node_modules/pulumi-chaos"), { recursive: true });
		const manifest = {
			name: "wrapper",
			version: "1.0.0",
			main: "index.js",
			types: "index.d.ts",
			dependencies: { "pulumi-chaos": "*" },
			bundleDependencies: ["pulumi-chaos"],
		};
		writeFileSync(join(wrapper, "package.json"), JSON.stringify(manifest));
		writeFileSync(join(wrapper, "index.js"), 'module.exports = require("pulumi-chaos");\n');
		writeFileSync(join(wrapper, "index.d.ts"), 'export * from "pulumi-chaos";\n');
		const packed = ["pack", "--silent", "--pack-destination", project];
		const wrapped = execFileSync("npm", packed, { cwd: wrapper, encoding: "utf8" }).trim();
		npm("uninstall", "pulumi-chaos");
		npm("install", join(project, wrapped));
	}
});
