import { spawn } from "node:child_process";
import { makeOnce } from "./files.ts";
import type { Progress } from "./progress.ts";

/** One program to build out of a Go module. */
export interface GoBuild {
	/** What is being built, for progress lines and errors: "the Pulumi CLI v1.2.3". */
	readonly title: string;
	/** The folder with the `go.mod`. */
	readonly folder: string;
	/** Import path of the main package. */
	readonly package: string;
	/** Linker variables, by full name: `{ "example.com/version.Version": "v1" }`. */
	readonly variables?: Readonly<Record<string, string>> | undefined;
	/** More flags of `go build`. */
	readonly flags?: readonly string[];
	/** The file to write, unless it is there. It appears only when it is complete. */
	readonly output: string;
}

/** How often a build that takes long says so. */
const beatMs = 30_000;

/**
 * Builds a static program. Resumes after an interruption, because Go's own caches keep what was downloaded and compiled. Throws
 * with the end of Go's output when the build fails.
 */
export async function goBuild(build: GoBuild, progress: Progress): Promise<void> {
	await progress.step(`building ${build.title}`, () =>
		makeOnce(build.output, (draft) => runGo(build, argumentsOf(build, draft), progress)),
	);
}

function argumentsOf({ package: name, variables = {}, flags = [] }: GoBuild, output: string): string[] {
	const linker = ["-s", "-w", ...Object.entries(variables).map(([variable, value]) => `-X=${variable}=${value}`)];
	return ["build", "-v", "-trimpath", ...flags, "-ldflags", linker.join(" "), "-o", output, name];
}

function runGo({ title, folder }: GoBuild, goArguments: string[], progress: Progress): Promise<void> {
	const started = performance.now();
	let packages = 0;
	let tail: string[] = [];
	const child = spawn("go", goArguments, {
		cwd: folder,
		env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" },
		stdio: ["ignore", "ignore", "pipe"],
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		const lines = text.split("\n").filter((line) => line !== "");
		packages += lines.filter((line) => !line.includes(" ")).length;
		tail = [...tail, ...lines.filter((line) => line.includes(" "))].slice(-15);
	});
	const beat = setInterval(() => {
		const minutes = ((performance.now() - started) / 60_000).toFixed(1);
		progress.note(`building ${title}: ${packages} packages in ${minutes} min`);
	}, beatMs);
	return new Promise<void>((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (code, signal) => {
			if (code === 0) resolve();
			else reject(new Error(failure(title, signal ?? `status ${code}`, tail)));
		});
	}).finally(() => clearInterval(beat));
}

function failure(title: string, how: string, tail: string[]): string {
	return (
		`building ${title} failed: go ended with ${how}:\n${tail.join("\n")}\n` +
		"Run the same command again to resume. Offline, set GOPROXY to a Go module proxy that can be reached."
	);
}
