import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../../tools/lib/paths.ts";

const kind = join(root, "test/support/toy-kind");

/** The line of the toy kind in the registry, and what it imports. */
const registryImport = 'import { toyChaos } from "./toy/spec.ts";\n';
const registryLine = `
	ToyChaos: {
		kind: toyChaos,
		plan: async () => (await import("./toy/plan.ts")).planToy as unknown as Plan<ExperimentSpec, unknown>,
		injector: async () => (await import("./toy/inject.ts")).toyInjector as Injector<unknown, unknown>,
		reference: async () => (await import("./toy/reference.ts")).reference,
	},`;

/** A copy of the repository with one kind more, added as CONTRIBUTING says: a folder, and a line in the registry. */
export class ToyTree {
	readonly folder: string;
	readonly #registry: string;

	private constructor(folder: string) {
		this.folder = folder;
		this.#registry = readFileSync(join(folder, "faults/registry.ts"), "utf8");
	}

	/** Copies what git knows of, and what it does not ignore. */
	static plant(): ToyTree {
		const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-toy-"));
		const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
		for (const path of new Set(listed.toString().split("\0").filter(Boolean))) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			cpSync(join(root, path), join(folder, path));
		}
		linkPackages(folder);
		const tree = new ToyTree(folder);
		mkdirSync(join(folder, "faults/toy"));
		for (const file of readdirSync(kind)) {
			// The folder lies one level deeper here than among the faults.
			const text = readFileSync(join(kind, file), "utf8").replaceAll("../../../faults/", "../");
			writeFileSync(join(folder, "faults/toy", file), text.replaceAll("../../../", "../../"));
		}
		const line = tree.#registry.replace(/(export const faults.*= \{)/, `$1${registryLine}`);
		writeFileSync(join(folder, "faults/registry.ts"), `${registryImport}${line}`);
		return tree;
	}

	/** Runs a script of the copy and returns what it prints; throws with its output when it fails. */
	run(script: string, ...more: string[]): string {
		return execFileSync(process.execPath, [join(this.folder, script), ...more], { cwd: this.folder, encoding: "utf8" });
	}

	/** Takes the line out of the registry again. */
	forget(): void {
		writeFileSync(join(this.folder, "faults/registry.ts"), this.#registry);
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** The packages of the repository, but its own self, which is the copy. */
function linkPackages(folder: string): void {
	const packages = join(folder, "node_modules");
	mkdirSync(packages);
	for (const name of readdirSync(join(root, "node_modules"))) {
		symlinkSync(name === "pulumi-chaos" ? ".." : join(root, "node_modules", name), join(packages, name));
	}
}
