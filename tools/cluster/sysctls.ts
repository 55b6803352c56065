import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../lib/files.ts";
import { stateRoot } from "./layout.ts";

/** Settings of the whole machine that a kubelet changes when it starts. */
export const machineSettings = [
	"vm/overcommit_memory",
	"vm/panic_on_oom",
	"kernel/panic",
	"kernel/panic_on_oops",
	"kernel/keys/root_maxkeys",
	"kernel/keys/root_maxbytes",
];

const file = join(stateRoot, "sysctls.json");

/** Writes down the settings before the first kubelet of any cluster on this machine starts. */
export async function rememberSysctls(): Promise<void> {
	try {
		readFileSync(file);
	} catch {
		const values = Object.fromEntries(
			machineSettings.map((name) => [name, readFileSync(join("/proc/sys", name), "utf8").trim()]),
		);
		await writeWhole(file, JSON.stringify(values));
	}
}

/** Puts the settings back; for when no cluster is left on this machine. */
export function restoreSysctls(): void {
	let values: Record<string, string>;
	try {
		values = JSON.parse(readFileSync(file, "utf8"));
	} catch {
		return;
	}
	for (const [name, value] of Object.entries(values)) writeFileSync(join("/proc/sys", name), value);
	rmSync(file);
}
