import { holdMemory } from "./hold-memory.ts";
import type { Part } from "./marked.ts";
import { endedFirst, type StressInstruction } from "./plan.ts";
import { stressors } from "./stressors.ts";

/** A program that puts a container under stress. */
export interface Program {
	part: Part;
	file: "stress-ng" | "perl";
	args: string[];
	/** How soon the kernel ends it when memory runs out. */
	oomScoreAdj: number;
	/** How many processes of it there are at least, for as long as nobody has ended one. */
	processes: number;
}

/** What follows from the instruction and from what was found on the node. */
interface Found {
	/** Bytes of memory to take. */
	bytes: number;
	/** Seconds after which all of it ends by itself, whatever became of the daemon. */
	seconds: number;
}

/**
 * The programs of an instruction. stress-ng is called as upstream calls it; what it would ask for memory it gives up when the
 * kernel ends it, instead of asking again.
 */
export function programsOf({ cpu, memory, stressng }: StressInstruction, { bytes, seconds }: Found): Program[] {
	// Names of its processes would be written over the environment that marks them.
	const always = ["--keep-name", "--oomable", "--quiet", "--temp-path", "/dev/shm", "--timeout", String(seconds)];
	const load = cpu && ["--cpu-load-slice", "10", "--cpu-method", "sqrt", ...cpu.options, "--cpu", String(cpu.workers)];
	return [
		...(cpu && load
			? [program("cpu", "stress-ng", [...load, "--cpu-load", String(cpu.load), ...always], cpu.workers + 1)]
			: []),
		...(memory
			? [
					{
						...program(
							"memory",
							"perl",
							["-e", holdMemory, "--", ...[bytes, memory.workers, memory.growth, seconds].map(String)],
							memory.workers + 1,
						),
						oomScoreAdj: memory.oomScoreAdj,
					},
				]
			: []),
		...(stressng ? [program("stressng", "stress-ng", [...stressng, ...always], workersIn(stressng) + 1)] : []),
	];
}

function program(part: Part, file: Program["file"], args: string[], processes: number): Program {
	return { part, file, args, oomScoreAdj: endedFirst, processes };
}

/** How many workers stress-ng starts, at least: 0 stands for one a processor. */
function workersIn(words: readonly string[]): number {
	const joined = words.join(" ").replaceAll("=", " ").split(" ");
	return joined.reduce((sum, word, index) => {
		const isStressor = word.startsWith("--") && Object.hasOwn(stressors, word.slice(2));
		return isStressor ? sum + Math.max(1, Number(joined[index + 1])) : sum;
	}, 0);
}
