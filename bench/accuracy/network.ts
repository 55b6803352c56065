import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../tools/lib/paths.ts";
import { runCommand } from "../../tools/test/command.ts";
import { inMachine } from "../../tools/test/machine.ts";
import { type EngineResult, run } from "./network-run.ts";
import { isClose, section, tolerances } from "./network-section.ts";
import type { Subject } from "./subject.ts";

/** Faults of the network by what the kernel has; measured in a throw-away machine, whose kernel has it. */
export const kernel = subjectOf("kernel", runInMachine);
/** Faults of the network by the packet engine. */
export const packets = subjectOf("packets", (folder, said) => run("packets", folder, said));

type Run = (folder: string, said: (line: string) => void) => Promise<void>;

function subjectOf(engine: string, measureInto: Run): Subject<EngineResult> {
	return {
		name: engine,
		async measure(said) {
			const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-accuracy-"));
			try {
				await measureInto(folder, said);
				return JSON.parse(readFileSync(join(folder, `${engine}.json`), "utf8"));
			} finally {
				rmSync(folder, { recursive: true });
			}
		},
		section,
		off: ({ measured }) =>
			measured
				.filter((each) => !isClose(each, tolerances[engine] ?? 0))
				.map(({ what, p50, mean }) => `${engine}: ${what} is off: median ${p50}, mean ${mean}`),
	};
}

async function runInMachine(folder: string): Promise<void> {
	const environment = { ...process.env, PULUMI_CHAOS_WHOLE: "1" };
	const program = join(root, "bench/accuracy/network-in-machine.ts");
	const [command = "", ...args] = inMachine(folder, [process.execPath, program, "kernel", folder], environment);
	const status = await runCommand(command, args, environment);
	if (status !== 0) throw new Error(`the throw-away machine ended with status ${status}`);
}
