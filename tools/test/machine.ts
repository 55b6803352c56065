import { join } from "node:path";
import { root } from "../lib/paths.ts";
import type { Wrap } from "./vitest.ts";

/** Seconds until a machine that hangs is ended; an emulated start of everything takes about one minute. */
const timeout = { sample: 900, whole: 3600 };

/** Runs a command in a throw-away machine with a stock kernel; `folder` is shared with it under the same path. */
export const inMachine: Wrap = (folder, command, environment) => [
	join(root, "test", "vm", "vmrun"),
	...[
		"-t",
		String(environment["PULUMI_CHAOS_WHOLE"] === undefined ? timeout.sample : timeout.whole),
		"-c",
		"2",
		"-m",
		"3072",
		"-o",
		folder,
		"--",
	],
	...command,
];
