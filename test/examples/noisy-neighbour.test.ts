import { expect, it } from "vitest";
import { podProcesses } from "../../tools/lib/pod-processes.ts";
import { runningPods } from "../support/kubernetes.ts";
import { counters } from "../support/pod-counters.ts";
import { sampleNamespace } from "../support/sample.ts";
import { exampleStack } from "./example.ts";

/** Names of the pods in which a stress runs, by what the node sees of them. */
async function noisyPods(): Promise<string[]> {
	const all = await runningPods(sampleNamespace, "app");
	return all.flatMap(({ metadata }) => {
		const commands = podProcesses(metadata?.uid ?? "").map(({ command }) => command.split(" ")[0]);
		return commands.includes("stress-ng") && commands.includes("perl") ? [metadata?.name ?? ""] : [];
	});
}

it("has one pod use up what is asked, is quiet, and leaves nothing", async () => {
	const stack = await exampleStack("noisy-neighbour", {
		workers: "1",
		load: "30",
		memory: "64MB",
	});
	try {
		await stack.ok("up");
		const [noisy = "", ...others] = await noisyPods();
		expect(noisy).toMatch(/^back-/);
		expect(others).toEqual([]);
		const look = () => counters(sampleNamespace, noisy, "server");
		await expect
			.poll(async () => (await look()).processors, { timeout: 60_000 })
			.toSatisfy((processors: number) => processors > 0.25 && processors < 0.4);
		const bytes = async () => (await look()).bytes;
		await expect.poll(bytes, { timeout: 60_000 }).toBeGreaterThan(64e6);
		const held = await bytes();
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
		await stack.ok("destroy");
		expect(await noisyPods()).toEqual([]);
		expect(held - (await bytes())).toBeGreaterThan(0.95 * 64e6);
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
});
