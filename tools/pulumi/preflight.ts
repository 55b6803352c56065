import { execFileSync } from "node:child_process";
import { mkdirSync, statfsSync } from "node:fs";
import { onPath } from "../lib/search-path.ts";

/** How much room modules, build cache and binaries take together, with some to spare, in bytes. */
const roomNeeded = 4e9;

const install = "install the Pulumi CLI from https://www.pulumi.com/docs/install";

/** Throws unless the Pulumi CLI can be built for this operating system and processor. */
export function checkMachine(platform: string, arch: string): void {
	if (["linux", "darwin"].includes(platform) && ["x64", "arm64"].includes(arch)) return;
	throw new Error(
		`the Pulumi CLI can't be built on "${platform}-${arch}": that needs Linux or macOS on x64 or arm64; ${install}`,
	);
}

/** Throws unless there is Go to build the Pulumi CLI with. */
export function checkGo(): void {
	if (onPath("go") !== undefined) return;
	throw new Error(
		"the Pulumi CLI has to be built and the go command was not found on PATH: install Go 1.26 or newer from " +
			`https://go.dev/dl, or ${install}`,
	);
}

/** Throws unless there is room where programs are built, and in `output`, the folder that they come to. */
export function checkRoom(output: string): void {
	const caches = execFileSync("go", ["env", "GOMODCACHE", "GOCACHE"], { encoding: "utf8" }).trim().split("\n");
	for (const folder of [output, ...caches]) {
		mkdirSync(folder, { recursive: true });
		const { bavail, bsize } = statfsSync(folder);
		assertRoom(folder, bavail * bsize);
	}
}

/** Throws unless `free` bytes, found in `folder`, are enough to build the Pulumi CLI. */
export function assertRoom(folder: string, free: number): void {
	if (free >= roomNeeded) return;
	const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
	throw new Error(
		`the Pulumi CLI needs ${gigabytes(roomNeeded)} of free disk to build and ${folder} has ${gigabytes(free)}: ` +
			"free some, or move the caches with PULUMI_CHAOS_CACHE, GOMODCACHE and GOCACHE",
	);
}
