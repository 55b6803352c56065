import { spawn } from "node:child_process";
import { closeSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TargetGoneError } from "../../api/injector.ts";
import { type Cgroup, hostCgroupNamespace } from "../node/cgroups.ts";
import { inMemory } from "../node/command.ts";
import { lives, type ProcessId } from "../node/container.ts";
import { markOf } from "./marked.ts";
import type { Program } from "./programs.ts";

/** Where a program is started. */
export interface Place {
	/** Id of the injection. */
	id: string;
	/** First process of the container. */
	first: ProcessId;
	/** Cgroups of that process. */
	cgroups: readonly Cgroup[];
}

/** Milliseconds until a program that was started must run, on a node that has much else to do. */
const patienceMs = 30_000;
const lookAgainMs = 20;

/**
 * What the launcher does: it says how soon it may be ended, joins the cgroups (0 stands for itself), and becomes the program, so that there is no
 * moment in which the program runs elsewhere, and nothing of the launcher is the container's to pay for.
 */
const launcher = `
set -e
echo "$1" > /proc/self/oom_score_adj
count=$2
shift 2
while [ "$count" -gt 0 ]; do
	echo 0 > "$1"
	shift
	count=$((count - 1))
done
exec "$@" 3<&-
`;

/**
 * Starts a program in the cgroups and the process namespace of a container, so that it lives by the container's limits and ends
 * with its first process; but not with the daemon. Resolves once `runs` says that it does; throws with what it said when it ends
 * before that.
 */
export async function start(program: Program, { id, first, cgroups }: Place, runs: () => boolean): Promise<void> {
	const namespace = await open(`/proc/${first.pid}/ns/pid`, "r").catch(() => undefined);
	// Opened first, looked at then: the id may belong to another process by now.
	if (!namespace || !lives(first)) {
		await namespace?.close();
		throw new TargetGoneError("the container was stopped while the stress was started");
	}
	const said = inMemory("");
	try {
		const files = cgroups.map(({ folder }) => join(folder, "cgroup.procs"));
		const launch = ["sh", "-c", launcher, "launcher", String(program.oomScoreAdj), String(files.length), ...files];
		const enter = [hostCgroupNamespace(), "--pid=/proc/self/fd/3", "--"];
		const child = spawn("nsenter", [...enter, ...launch, program.file, ...program.args], {
			stdio: ["ignore", "ignore", said, namespace.fd],
			env: { PATH: process.env["PATH"], LC_ALL: "C", ...markOf(id, program.part) },
			cwd: "/",
			// In a process group of its own: what ends that of the daemon must not end it.
			detached: true,
		});
		child.unref();
		let ended: string | undefined;
		child.on("error", (error) => {
			ended = error.message;
		});
		child.on("exit", (status, signal) => {
			ended = signal ? `it was ended by ${signal}` : `it ended with status ${status}`;
		});
		for (let waited = 0; !runs(); waited += lookAgainMs) {
			if (ended !== undefined)
				throw new Error(`${program.file} does not run: ${[ended, textIn(said)].filter(Boolean).join(": ")}`);
			if (waited >= patienceMs) throw new Error(`${program.file} does not run yet after ${patienceMs / 1000} s`);
			await sleep(lookAgainMs);
		}
	} finally {
		closeSync(said);
		await namespace.close();
	}
}

/** What was written to a file that has no name any more. */
function textIn(descriptor: number): string {
	return readFileSync(`/proc/self/fd/${descriptor}`, "utf8").trim().replaceAll("\n", "; ").slice(0, 500);
}
