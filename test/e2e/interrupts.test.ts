import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually, networkChaos } from "../support/kubernetes.ts";
import { daemonProcesses } from "../support/processes.ts";
import { experimentsStack, partition } from "../support/sample.ts";
import type { Running, Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

/** What a key press on a terminal does: the signal goes to the whole process group. */
function pressCtrlC(run: Running): void {
	process.kill(-(run.child.pid ?? 0), "SIGINT");
}

/** How `up` is interfered with while the daemon holds back its answer; `release` lets the daemon go on. */
const interruptions: Record<string, (run: Running, release: () => void) => Promise<unknown>> = {
	"the first Ctrl-C": async (run, release) => {
		pressCtrlC(run);
		setTimeout(release, 1000);
		await run.ended;
	},
	"the second Ctrl-C": async (run, release) => {
		pressCtrlC(run);
		await new Promise((resolve) => setTimeout(resolve, 1000));
		pressCtrlC(run);
		await run.ended;
		release();
	},
	"kill -9 of the CLI": async (run, release) => {
		run.child.kill("SIGKILL");
		await run.ended;
		release();
	},
};

describe.each(Object.keys(interruptions))("%s during up", (name) => {
	let stack: Stack;

	const signal = (which: NodeJS.Signals): void => {
		for (const pid of daemonProcesses()) process.kill(pid, which);
	};

	beforeEach(async () => {
		stack = await experimentsStack("interrupted", { cut: partition("front", "back") });
		signal("SIGSTOP");
		const run = stack.start("up");
		try {
			await eventually("the experiment is in the cluster", async () => (await networkChaos.all()).length > 0);
			await interruptions[name]?.(run, () => signal("SIGCONT"));
		} finally {
			signal("SIGCONT");
		}
		// A CLI that was killed leaves its lock.
		await stack.cancel();
	});

	afterEach(async () => {
		await stack.ok("destroy");
		stack.dispose();
	});

	it("leaves nothing after destroy", async () => {
		await stack.ok("destroy");
		expect(await networkChaos.all()).toEqual([]);
		expect(tablesLeft()).toEqual([]);
		await eventually("no orphan process", () => stack.orphans().length === 0);
	});

	it("is made good by up, and then leaves nothing after destroy", async () => {
		await stack.ok("up");
		expect(await networkChaos.all()).toHaveLength(1);
		expect(tablesLeft().length).toBeGreaterThan(0);
		await stack.ok("up", "--expect-no-changes");
		await stack.ok("destroy");
		expect(await networkChaos.all()).toEqual([]);
		expect(tablesLeft()).toEqual([]);
		await eventually("no orphan process", () => stack.orphans().length === 0);
	});
});
