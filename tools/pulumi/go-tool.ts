import { execFileSync, spawn } from "node:child_process";
import { globSync, mkdirSync, renameSync, rmSync, statfsSync } from "node:fs";
import { dirname } from "node:path";

/** One program to build out of a Go module that is pinned by a `go.mod` and `go.sum` of ours. */
export interface GoTool {
	/** What is being built, for progress lines and errors: "the Pulumi CLI v1.2.3". */
	title: string;
	/** The folder with the `go.mod`. */
	folder: string;
	/** Import path of the main package. */
	package: string;
	/** Linker variables, by full name: `{ "example.com/version.Version": "v1" }`. */
	variables: Record<string, string>;
	/** The file to write. It appears only when it is complete. */
	output: string;
}

/** How much room modules, build cache and binaries take together, with some to spare, in bytes. */
const roomNeeded = 4e9;

/**
 * Builds `tool`. Resumes after an interruption, because Go's own caches keep what was downloaded and compiled. `say` gets a
 * line when it starts, one every half a minute, and one at the end. Throws with the end of Go's output when the build fails.
 */
export async function buildGoTool(tool: GoTool, say: (sentence: string) => void): Promise<void> {
	checkGo(tool.title);
	mkdirSync(dirname(tool.output), { recursive: true });
	for (const folder of [dirname(tool.output), ...goCaches()]) {
		const { bavail, bsize } = statfsSync(folder);
		assertRoom(folder, bavail * bsize, tool.title);
	}
	removeAbandoned(tool.output);
	const partial = `${tool.output}.${process.pid}.partial`;
	const linker = ["-s", "-w", ...Object.entries(tool.variables).map(([name, value]) => `-X=${name}=${value}`)];
	say(`building ${tool.title} from its Go module; this happens once`);
	try {
		await run(["build", "-v", "-trimpath", "-ldflags", linker.join(" "), "-o", partial, tool.package], tool, say);
		renameSync(partial, tool.output);
	} finally {
		rmSync(partial, { force: true });
	}
}

/** What a killed build has left beside its output: files that carry the number of a process that is gone. */
function removeAbandoned(output: string): void {
	for (const file of globSync(`${output}.*.partial`)) {
		const pid = Number(file.split(".").at(-2));
		if (!isRunning(pid)) rmSync(file, { force: true });
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

function run(goArguments: string[], tool: GoTool, say: (sentence: string) => void): Promise<void> {
	const started = Date.now();
	const minutes = () => `${((Date.now() - started) / 60_000).toFixed(1)} min`;
	let packages = 0;
	let tail: string[] = [];
	const child = spawn("go", goArguments, {
		cwd: tool.folder,
		env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" },
		stdio: ["ignore", "ignore", "pipe"],
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		const lines = text.split("\n").filter((line) => line !== "");
		packages += lines.filter((line) => !line.includes(" ")).length;
		tail = [...tail, ...lines.filter((line) => line.includes(" "))].slice(-15);
	});
	const beat = setInterval(() => say(`building ${tool.title}: ${packages} packages in ${minutes()}`), 30_000);
	return new Promise((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (code, signal) => {
			clearInterval(beat);
			if (code === 0) {
				say(`built ${tool.title} in ${minutes()}`);
				resolve();
				return;
			}
			reject(
				new Error(
					`building ${tool.title} failed: go ended with ${signal ?? `status ${code}`}:\n${tail.join("\n")}\n` +
						"Run the same command again to resume. Offline, set GOPROXY to a Go module proxy that can be reached.",
				),
			);
		});
	});
}

function checkGo(title: string): void {
	try {
		execFileSync("go", ["version"], { stdio: "ignore" });
	} catch {
		throw new Error(
			`${title} has to be built and the go command was not found on PATH: install Go 1.26 or newer from https://go.dev/dl, ` +
				"or install the Pulumi CLI from https://www.pulumi.com/docs/install",
		);
	}
}

function goCaches(): string[] {
	const folders = execFileSync("go", ["env", "GOMODCACHE", "GOCACHE"], { encoding: "utf8" }).trim().split("\n");
	for (const folder of folders) mkdirSync(folder, { recursive: true });
	return folders;
}

/** Throws unless `free` bytes, found in `folder`, are enough to build a program. */
export function assertRoom(folder: string, free: number, title: string): void {
	if (free >= roomNeeded) return;
	const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
	throw new Error(
		`${title} needs ${gigabytes(roomNeeded)} of free disk to build and ${folder} has ${gigabytes(free)}: ` +
			"free some, or move the caches with PULUMI_CHAOS_CACHE, GOMODCACHE and GOCACHE",
	);
}
