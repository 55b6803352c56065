import { setTimeout as sleep } from "node:timers/promises";
import type { Finding, Injector, NodeTarget } from "../../api/injector.ts";
import { step } from "../../api/step.ts";
import { cgroupsOf } from "../node/cgroups.ts";
import { command } from "../node/command.ts";
import { containerName, firstProcess, isInContainer, lives } from "../node/container.ts";
import { assertInstruction } from "./instruction.ts";
import { memoryTotal, oomKills, processorQuota } from "./limits.ts";
import { type Asked, forget, reached } from "./load.ts";
import { endMarked, type Marked, markedBy, memoryOf } from "./marked.ts";
import type { StressInstruction } from "./plan.ts";
import { type Program, programsOf } from "./programs.ts";
import { sizeOf } from "./size.ts";
import { type Place, start } from "./start.ts";

/** What ending the stress needs (the id, by which its processes are marked), and what looking at it does. */
export interface StressUndo extends Place {
	/** Seconds after which the stress ends by itself. */
	seconds: number;
	/** Bytes of memory to take, and what they are in words. */
	bytes: number;
	words: string;
	/** Processors that the container may use at most. */
	quota?: number;
	/** Processes of the container that the kernel had ended for want of memory before. */
	oomKills: number;
}

/** The stress outlives the deadline by this much, so that normally the daemon ends it, and says so. */
const slackSeconds = 5;
/** Milliseconds for which memory may take to be taken before the stress counts as in place. */
const fillMs = 10_000;
const lookAgainMs = 50;
/** What of the memory that is asked must be held then. */
const nearlyAll = 0.98;

/** Stress: processes of ours in the container's cgroups, which use up processor time and memory. */
export const stressInjector: Injector<StressInstruction, StressUndo> = {
	async needs(instruction) {
		assertInstruction(instruction);
		probed ??= probe();
		await probed;
	},

	async prepare(target, { memory }, id, expiresInMs) {
		const first = firstProcess(target);
		const cgroups = await cgroupsOf(first.pid);
		const size = memory && sizeOf(memory.size, memoryTotal(cgroups, target), containerName(target));
		const quota = processorQuota(cgroups, target);
		return {
			id,
			first,
			cgroups,
			seconds: Math.ceil(expiresInMs / 1000) + slackSeconds,
			...(size ?? { bytes: 0, words: "" }),
			...(quota !== undefined && { quota }),
			oomKills: oomKills(cgroups),
		};
	},

	async inject(target, instruction, undo) {
		const programs = programsOf(instruction, undo);
		if (missing(programs, target, undo).length === 0) return;
		await endMarked(undo.id);
		for (const program of programs) {
			const runs = (): boolean => missing([program], target, undo).length === 0;
			await step("stress-start", () => start(program, undo, runs));
		}
		if (instruction.memory?.growth === 0) await untilFull(programs, target, undo);
	},

	async recover(_target, undo) {
		await endMarked(undo.id);
		forget(undo.id);
	},

	async verify(target, instruction, undo): Promise<Finding> {
		if (!lives(undo.first)) return { verdict: "target gone" };
		const [absent] = missing(programsOf(instruction, undo), target, undo);
		if (absent) return { verdict: "lost", message: whyLost(absent, target, undo) };
		const asked: Asked = { instruction, ...undo };
		const message = reached(undo.id, asked, own(target, undo));
		return { verdict: "in place", ...(message !== undefined && { message }) };
	},
};

/** Those of the programs that do not run in the container with all of their processes. */
function missing(programs: readonly Program[], target: NodeTarget, undo: StressUndo): Program[] {
	const marked = own(target, undo);
	return programs.filter(
		({ part, file, processes }) =>
			marked.filter((each) => each.part === part && each.program.startsWith(file)).length < processes,
	);
}

/** The processes of the stress that are in the container's cgroup; their launcher is not. */
function own(target: NodeTarget, { id }: StressUndo): Marked[] {
	return markedBy(id).filter((marked) => isInContainer(marked, target));
}

function whyLost({ file, part }: Program, target: NodeTarget, undo: StressUndo): string {
	const kills = oomKills(undo.cgroups) - undo.oomKills;
	const what = part === "memory" ? "the stress on memory" : `the stress (${file})`;
	if (kills > 0) {
		return `the kernel has ended ${what} for want of memory in container ${containerName(target)} (oom_kill went up by ${kills}); ask for less, or give the container more`;
	}
	return `${what} has ended in container ${containerName(target)}, and nobody asked for that`;
}

/** Waits until the memory is taken. What takes longer goes on by itself. Throws when the stress is ended on the way. */
async function untilFull(programs: readonly Program[], target: NodeTarget, undo: StressUndo): Promise<void> {
	for (let waited = 0; waited < fillMs; waited += lookAgainMs) {
		const [absent] = missing(programs, target, undo);
		if (absent) throw new Error(whyLost(absent, target, undo));
		const held = own(target, undo).filter(({ part }) => part === "memory");
		if (held.reduce((sum, each) => sum + memoryOf(each), 0) >= undo.bytes * nearlyAll) return;
		await sleep(lookAgainMs);
	}
}

let probed: Promise<void> | undefined;

/**
 * Runs each program once: whether it can be run, and so that what it reads to start is in memory at the daemon's expense. Perl reads
 * all of itself: what it holds of the container's memory is asked for exactly.
 */
async function probe(): Promise<void> {
	try {
		await command("nsenter", ["--version"]);
		await command("stress-ng", ["--cpu", "1", "--cpu-ops", "1", "--quiet", "--temp-path", "/dev/shm"]);
		await command("perl", ["-e", "open(my $all, '<', $^X); 1 while read($all, my $part, 65536); fork; alarm 1"]);
	} catch (error) {
		probed = undefined;
		throw new Error(
			`this node can't put containers under stress: stress-ng, perl, nsenter, sh and cat must be on the daemon's PATH: ${(error as Error).message}`,
		);
	}
}
