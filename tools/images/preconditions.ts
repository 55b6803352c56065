import { mkdirSync, statfsSync } from "node:fs";
import { cache } from "../lib/paths.ts";
import { onPath } from "../lib/search-path.ts";

/** Room for the base, its storage and a few archives; measured 1.2 GB. */
const roomNeeded = 3e9;

/** What npm has a Node binary for. */
const architectures = ["x64", "arm64"];

/** What this machine has, as far as it decides whether images can be built here. */
export interface Machine {
	root: boolean;
	arch: string;
	apt: boolean;
	/** Bytes that are free where the cache is. */
	room: number;
}

/** Looks at the machine. */
export function machine(): Machine {
	mkdirSync(cache, { recursive: true });
	const { bavail, bsize } = statfsSync(cache);
	return {
		root: process.geteuid?.() === 0,
		arch: process.arch,
		apt: onPath("apt-get") !== undefined,
		room: bavail * bsize,
	};
}

/** @throws Error that says what is missing to build images without a registry, and what to do. */
export function checkMachine({ root, arch, apt, room }: Machine): void {
	const otherwise = "or build them with docker and a registry, as images/README.md says";
	if (!architectures.includes(arch)) {
		throw new Error(`images can be built on ${architectures.join(" and ")}, and this machine is ${arch}`);
	}
	if (!apt)
		throw new Error(`apt-get was not found: images are built from Debian packages; use a Debian machine, ${otherwise}`);
	if (!root)
		throw new Error(`images can be built without a registry only by root: run the command as root, ${otherwise}`);
	if (room < roomNeeded) {
		const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
		throw new Error(
			`building images needs ${gigabytes(roomNeeded)} GB of free disk and ${cache} has ${gigabytes(room)} GB: ` +
				"free some, or move the cache with PULUMI_CHAOS_CACHE",
		);
	}
}
