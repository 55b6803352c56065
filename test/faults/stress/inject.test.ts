import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findingOf, type NodeTarget, TargetGoneError } from "../../../api/injector.ts";
import { type StressUndo, stressInjector } from "../../../faults/stress/inject.ts";
import type { StressInstruction } from "../../../faults/stress/plan.ts";
import { Container, type Limits } from "../../support/container.ts";

const { needs, prepare, inject, recover, verify } = stressInjector;
const id = "0123456789abcdef";
const MiB = 2 ** 20;

const cpu = (workers: number, load: number): StressInstruction => ({ cpu: { workers, load, options: [] } });
const memory = (size: string, changes: object = {}): StressInstruction => ({
	memory: { workers: 1, size, oomScoreAdj: 1000, growth: 0, ...changes },
});

let container: Container;
let undo: StressUndo | undefined;

async function start(limits: Limits = {}): Promise<NodeTarget> {
	container = await Container.start("noisy", limits);
	return container.target;
}

/** Puts the stress in place as the daemon does; what recovery gets went through a journal. */
async function put(target: NodeTarget, instruction: StressInstruction, expiresInMs = 60_000): Promise<StressUndo> {
	await needs(instruction);
	undo = JSON.parse(JSON.stringify(await prepare(target, instruction, id, expiresInMs))) as StressUndo;
	await inject(target, instruction, undo);
	expect(await look(target, instruction)).toBe("in place");
	return undo;
}

const look = async (target: NodeTarget, instruction: StressInstruction) =>
	undo && findingOf(await verify(target, instruction, undo)).verdict;

const said = async (target: NodeTarget, instruction: StressInstruction) =>
	undo && findingOf(await verify(target, instruction, undo)).message;

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");

beforeEach(() => {
	undo = undefined;
});

afterEach(async () => {
	if (undo) await recover(container.target, undo);
	// Fails when anything is left in the cgroups.
	await container.stop();
});

describe("stress on the processor", () => {
	it("uses what is asked, says so, and is gone after recovery", async () => {
		const target = await start();
		const before = container.pids;
		const instruction = cpu(1, 40);
		const { cgroups } = await put(target, instruction);
		expect(cgroups.length).toBeGreaterThan(0);
		await expect.poll(() => container.processors(2000), { timeout: 60_000 }).toBeCloseTo(0.4, 1.3);
		await expect.poll(() => said(target, instruction)).toMatch(/^uses 0\.\d\d processors of 0\.40 asked$/);
		if (undo) await recover(target, undo);
		expect(container.pids).toEqual(before);
		expect(await container.processors(300)).toBeLessThan(0.01);
		if (undo) await recover(target, undo);
	}, 90_000);

	it("lives by the container's quota, and says that", async () => {
		const target = await start({ processors: 0.5 });
		const instruction = cpu(2, 100);
		await put(target, instruction);
		await expect.poll(() => container.processors(2000), { timeout: 60_000 }).toBeCloseTo(0.5, 1.3);
		await expect
			.poll(() => said(target, instruction))
			.toContain(" of 2.00 asked, where the quota of the container is 0.50");
	}, 90_000);
});

describe("stress on memory", () => {
	it.each([
		["96MB", 96e6, "91.6 MiB"],
		["50%", 128 * MiB, "50 % of the limit of the container, 256 MiB"],
	])("holds %s, by two workers, and lets go of it", async (size, bytes, words) => {
		const target = await start({ memory: 256 * MiB });
		const before = container.bytes;
		const instruction = memory(size, { workers: 2 });
		await put(target, instruction);
		expect((container.bytes - before) / bytes).toBeCloseTo(1, 1.3);
		expect(await said(target, instruction)).toMatch(/^holds [\d.]+ MiB of memory of [\d.]+ MiB asked/);
		expect(await said(target, instruction)).toContain(`(${words})`);
		if (undo) await recover(target, undo);
		expect(container.guests).toEqual([]);
		await expect.poll(() => container.bytes - before).toBeLessThan(4 * MiB);
	});

	it("takes nearly all that is free when nothing says how much", async () => {
		const target = await start({ memory: 128 * MiB });
		const { size: _, ...rest } = memory("1%").memory ?? { workers: 1, oomScoreAdj: 0, growth: 0 };
		await put(target, { memory: rest });
		expect(container.bytes / (128 * MiB)).toBeGreaterThan(0.93);
		await sleep(300);
		expect(await look(target, { memory: rest })).toBe("in place");
	});

	it("takes it little by little when it is told to", async () => {
		const target = await start({ memory: 256 * MiB });
		const instruction = memory("100MB", { growth: 4 });
		await put(target, instruction);
		const early = container.bytes;
		expect(early).toBeLessThan(60e6);
		await expect.poll(() => container.bytes, { timeout: 30_000 }).toBeGreaterThan(95e6);
	});

	it("is counted against the node's memory when the container has no limit", async () => {
		const target = await start();
		const { words, bytes } = await prepare(target, memory("50%"), id, 1000);
		const total = Number(/MemTotal: +(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) * 1024;
		expect(bytes).toBe(total / 2);
		expect(words).toBe(
			`50 % of the node's memory, ${Math.round((total / MiB) * 10) / 10} MiB, for want of a limit of the container`,
		);
	});

	it("is ended by the kernel before the container is, and why it was is said", async () => {
		const target = await start({ memory: 64 * MiB });
		const instruction = memory("100%");
		await needs(instruction);
		undo = await prepare(target, instruction, id, 60_000);
		// It may be seen to be in place in the moment before.
		await inject(target, instruction, undo).catch(() => {});
		await expect
			.poll(() => said(target, instruction))
			.toMatch(
				/^the kernel has ended the stress on memory for want of memory in container shop\/noisy\/main \(oom_kill went up by \d+\); ask for less/,
			);
		expect(await look(target, instruction)).toBe("lost");
		expect(existsSync(`/proc/${container.pid}/cwd`)).toBe(true);
		// What is ended is in its cgroup for as long as the kernel takes its memory back.
		await expect.poll(() => container.guests).toEqual([]);
	});
});

describe("stressors of stress-ng", () => {
	it("run as they are asked for, and end", async () => {
		// A quota, or they would keep all else from the processors.
		const target = await start({ processors: 0.5 });
		const instruction = { stressng: ["--matrix", "1", "--matrix-size=32", "--yield", "1"] };
		await put(target, instruction);
		await expect.poll(() => container.processors(500), { timeout: 20_000 }).toBeGreaterThan(0.3);
		await expect
			.poll(() => said(target, instruction))
			.toMatch(/^uses \d\.\d\d processors, where the quota of the container is 0\.50$/);
		if (undo) await recover(target, undo);
		expect(container.guests).toEqual([]);
	});

	it("that end at once do not count as in place, and what they say is said", async () => {
		const target = await start();
		const instruction = { stressng: ["--cpu", "1", "--cpu-method", "magic"] };
		undo = await prepare(target, instruction, id, 60_000);
		await expect(inject(target, instruction, undo)).rejects.toThrow(
			/stress-ng does not run: it ended with status \d+: .*cpu-method must be one of/,
		);
		await expect.poll(() => container.guests).toEqual([]);
	});
});

describe("the processes of the stress", () => {
	it("are in the container's process namespace, are the first to be ended, and know when to end", async () => {
		const target = await start({ memory: 256 * MiB });
		await put(target, { ...cpu(1, 10), ...memory("32MB") }, 3_600_000);
		const [stressng, perl] = ["stress-ng", "perl"].map((name) =>
			container.guests.filter((pid) => commandOf(pid).startsWith(name)),
		);
		expect(stressng).toHaveLength(2);
		expect(perl).toHaveLength(2);
		for (const pid of container.guests) {
			expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/^NSpid:\t\d+\t\d+$/m);
			// stress-ng keeps its own first process from being ended, where it has the right to; that one uses up nothing.
			if (pid !== stressng?.[0]) expect(readFileSync(`/proc/${pid}/oom_score_adj`, "utf8").trim()).toBe("1000");
			expect(commandOf(pid)).toMatch(/--timeout 3605 |3605 $/);
		}
	});

	it("end with the container, which is then not the one that it was", async () => {
		const target = await start();
		const instruction = { ...cpu(1, 10), ...memory("16MB") };
		await put(target, instruction);
		await container.kill();
		expect(await look(target, instruction)).toBe("target gone");
		await container.run();
		expect(await look(target, instruction)).toBe("target gone");
		if (undo) await recover(target, undo);
		await put(target, instruction);
	});

	it.each([
		["stress-ng", "the stress (stress-ng) has ended in container shop/noisy/main, and nobody asked for that"],
		["perl", "the stress on memory has ended in container shop/noisy/main, and nobody asked for that"],
	])("of %s are missed when one of them is ended, and leave nothing", async (name, message) => {
		const target = await start();
		const instruction = { ...cpu(2, 10), ...memory("16MB", { workers: 2 }) };
		await put(target, instruction);
		const victim = container.guests.filter((pid) => commandOf(pid).startsWith(name)).at(-1) ?? 0;
		process.kill(victim, "SIGKILL");
		await expect.poll(() => look(target, instruction)).toBe("lost");
		expect(await said(target, instruction)).toBe(message);
		if (undo) await recover(target, undo);
		expect(container.guests).toEqual([]);
	});

	it("end by themselves when their time is over, whatever became of the daemon", async () => {
		const target = await start();
		const instruction = { ...cpu(1, 10), ...memory("16MB") };
		undo = { ...(await prepare(target, instruction, id, 1000)), seconds: 8 };
		await inject(target, instruction, undo);
		expect(container.guests.length).toBe(4);
		await expect.poll(() => container.guests, { timeout: 50_000 }).toEqual([]);
	}, 60_000);

	it("are not started twice, and none is ended that is not marked", async () => {
		const target = await start();
		const instruction = cpu(1, 10);
		const { seconds } = await put(target, instruction);
		const before = container.guests;
		expect(seconds).toBe(65);
		if (undo) await inject(target, instruction, undo);
		expect(container.guests).toEqual(before);
		await recover(target, { ...(undo as StressUndo), id: "fedcba9876543210" });
		expect(container.guests).toEqual(before);
	});
});

describe("refused with a reason:", () => {
	it("more memory than the limit", async () => {
		const target = await start({ memory: 256 * MiB });
		await expect(prepare(target, memory("600MB"), id, 1000)).rejects.toThrow(
			'stressors.memory.size: "600MB" is more than container shop/noisy/main can have, which may use 256 MiB (its limit); use less, or a percentage',
		);
	});

	it("more memory than the node has", async () => {
		const target = await start();
		await expect(prepare(target, memory("900TB"), id, 1000)).rejects.toThrow(
			/stressors\.memory\.size: "900TB" is more than container shop\/noisy\/main can have, which has no limit, and its node has [\d.]+ MiB/,
		);
	});

	it("a container without a process", async () => {
		const target = await start();
		await container.kill();
		await expect(prepare(target, cpu(1, 1), id, 1000)).rejects.toThrow(
			new TargetGoneError("container shop/noisy/main does not run on this node"),
		);
		await expect(prepare({ ...target, container: "other" }, cpu(1, 1), id, 1000)).rejects.toThrow(
			new TargetGoneError("container shop/noisy/other does not run on this node"),
		);
	});

	it.each([
		[{ cpu: { workers: -1, load: 1, options: [] } }, "instruction.cpu.workers: -1 is out of range; use 1 to 8192"],
		[cpu(1, 101), "instruction.cpu.load: 101 is out of range; use 0 to 100"],
		[{ stressng: ["--hdd", "1"] }, 'instruction.stressng[0]: "--hdd" can\'t be used'],
		[
			{ cpu: { workers: 1, load: 1, options: ["--timeout", "0"] } },
			'instruction.cpu.options[0]: "--timeout" can\'t be used',
		],
	])("the instruction %j", async (instruction, message) => {
		await start();
		await expect(needs(instruction)).rejects.toThrow(message);
	});
});
