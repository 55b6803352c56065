import { globSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { emergencyStopKind, emergencyStopPlural } from "../../api/emergency-stop.ts";
import { ownGroup, version } from "../../api/names.ts";
import { podRules } from "../../tools/lib/pod-network.ts";
import { clients, eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { experimentsStack, partition, sampleNamespace } from "../support/sample.ts";
import type { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

const place = { group: ownGroup, version, plural: emergencyStopPlural };
const name = "now";
let stack: Stack;

async function lift(): Promise<void> {
	await clients()
		.custom.deleteClusterCustomObject({ ...place, name })
		.catch(() => undefined);
}

beforeEach(async () => {
	stack = await experimentsStack("stopped", { cut: partition("front", "back") });
});

afterEach(async () => {
	await lift();
	await stack.ok("destroy");
	stack.dispose();
	expect(tablesLeft()).toEqual([]);
});

/** Locks a stack as a run that hangs does; returns what ends that run, with what it printed. */
async function locked(stack: Stack): Promise<() => Promise<string>> {
	const run = stack.start("refresh");
	const signal = (which: NodeJS.Signals): void => void process.kill(-(run.child.pid ?? 0), which);
	const locks = join(stack.folder, "state", ".pulumi", "locks");
	await eventually("the stack is locked", () => globSync(join(locks, "**/*.json")).length > 0);
	signal("SIGSTOP");
	const other = await stack.run("up");
	expect(other.status).not.toBe(0);
	expect(other.output).toContain("the stack is currently locked");
	return async () => {
		signal("SIGCONT");
		return (await run.ended).output;
	};
}

it("empties the pods of faults whoever made them, is told by refresh and up, and ends by its deletion", async () => {
	await stack.ok("up");
	const release = await locked(stack);
	const uids = (await runningPods(sampleNamespace, "app=front")).map(({ metadata }) => metadata?.uid ?? "");
	const cut = (): number => uids.filter((uid) => podRules(uid).includes("drop")).length;
	expect(cut()).toBe(uids.length);

	const body = { apiVersion: `${ownGroup}/${version}`, kind: emergencyStopKind, metadata: { name } };
	await clients().custom.createClusterCustomObject({ ...place, body });
	await eventually("no pod has a rule", () => cut() === 0 && tablesLeft().length === 0);
	// The run that hung may have looked before the stop or after it.
	const refreshed = (await release()) + (await stack.ok("refresh")).output;
	expect(refreshed).toContain('is not "Injected" but "Stopped": an emergency stop is on (EmergencyStop "now")');
	const failed = await stack.run("up");
	expect(failed.status).not.toBe(0);
	expect(failed.output).toContain('an emergency stop is on (EmergencyStop "now")');
	await networkChaos.create(sampleNamespace, "meanwhile", partition("front", "back"));
	await networkChaos.condition(sampleNamespace, "meanwhile", "Stopped", "True", "EmergencyStop");
	expect(tablesLeft()).toEqual([]);
	await networkChaos.delete(sampleNamespace, "meanwhile");

	await lift();
	await eventually("every pod is cut again", () => cut() === uids.length);
	await stack.ok("up");
	await stack.ok("refresh", "--expect-no-changes");
});
