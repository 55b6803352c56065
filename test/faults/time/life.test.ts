import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TargetGoneError } from "../../../api/injector.ts";
import { timeInjector } from "../../../faults/time/inject.ts";
import { expectAhead, startScript } from "../../support/clocks/clocks.ts";
import { hours, id, MovedContainer } from "../../support/clocks/moved-container.ts";
import { vdso } from "../../support/clocks/vdso.ts";

const other = "fedcba9876543210";

let container: MovedContainer;

beforeEach(() => {
	container = new MovedContainer();
});
afterEach(() => container.stop());

describe("a clock that is ahead", () => {
	it("is seen by programs that its processes start, and by those that are started beside them", async () => {
		const child = "import time; time.sleep(0.2); print(time.time() * 1000)";
		const parent = `import subprocess, sys\nfor line in sys.stdin: subprocess.run([sys.executable, "-c", ${JSON.stringify(child)}])`;
		const program = await container.start("python3", ["-uc", parent]);
		const undo = await container.inject(hours(-2));
		await expectAhead(program, -7200);
		const beside = await startScript(container, "node");
		await expectAhead(beside, -7200);
		expect(await container.look(hours(-2))).toEqual({ verdict: "in place" });
		await container.recover(undo);
		for (const each of [program, beside]) await expectAhead(each, 0);
		container.expectPristine();
	});

	it("is the sum of two, each of which is taken out alone", async () => {
		const program = await startScript(container, "node");
		const first = await container.inject(hours(1));
		const second = await container.inject(hours(5), other);
		await expectAhead(program, 6 * 3600);
		await container.recover(first);
		await expectAhead(program, 5 * 3600);
		expect((await container.look(hours(5), second)).verdict).toBe("in place");
		expect((await container.look(hours(1), first)).verdict).toBe("lost");
		await container.recover(second);
		await expectAhead(program, 0);
		container.expectPristine();
	});

	it("is taken out by a daemon that knows nothing but the journal, twice if need be", async () => {
		const program = await startScript(container, "node");
		const undo = JSON.parse(JSON.stringify(await container.inject(hours(1))));
		vi.resetModules();
		const { timeInjector: fresh } = await import("../../../faults/time/inject.ts");
		expect(await fresh.verify(container.target, hours(1), undo)).toBe("in place");
		for (let times = 0; times < 2; times++) await fresh.recover(container.target, undo);
		await expectAhead(program, 0);
		container.expectPristine();
		await container.recover(undo);
	});

	it("is lost when somebody gives a process its own clocks back, and is put back when that is asked for", async () => {
		const program = await startScript(container, "node");
		const undo = await container.inject(hours(1));
		const [start = ""] = /^\w+(?=.*\[vdso\]$)/m.exec(readFileSync(`/proc/${program.pid}/maps`, "utf8")) ?? [];
		const own = vdso("self");
		const memory = openSync(`/proc/${program.pid}/mem`, "r+");
		writeSync(memory, own, 0, own.length, Number.parseInt(start, 16));
		closeSync(memory);
		expect(await container.look(hours(1))).toEqual({
			verdict: "lost",
			message: `the clocks of process ${program.pid} go right again, and nobody asked for that`,
		});
		await expectAhead(program, 0);
		await container.inject(hours(1));
		await expectAhead(program, 3600);
		await container.recover(undo);
	});

	it("is gone with its container", async () => {
		await startScript(container, "node");
		const undo = await container.inject(hours(1));
		const { target } = container;
		await container.stop();
		container = new MovedContainer();
		expect(await timeInjector.verify(target, hours(1), undo)).toBe("target gone");
		await timeInjector.recover(target, undo);
	});
});

describe("what can't be done", () => {
	it("is a container without a process", async () => {
		await expect(container.inject(hours(1))).rejects.toThrow(
			new TargetGoneError("container shop/web/main has no process on this node"),
		);
		const sidecar = { ...container.target, container: "sidecar" };
		await expect(timeInjector.prepare(sidecar, hours(1), id, 1)).rejects.toThrow(
			"container shop/web/sidecar has no process",
		);
	});

	it("is one offset more than there is room for", async () => {
		await startScript(container, "node");
		const ids = ["1", "2", "3", "4"].map((digit) => digit.repeat(16));
		for (const each of ids) await container.inject(hours(1), each);
		await expect(container.inject(hours(1))).rejects.toThrow(
			`already (${ids.join(", ")}), which is as many as there can be; end one`,
		);
		for (const each of ids) await container.recover({ id: each });
		container.expectPristine();
	});

	it.each<[string, object, string]>([
		["an unknown clock", { clocks: ["CLOCK_TAI"] }, 'instruction.clocks[0]: "CLOCK_TAI" is not one of'],
		["no clock", { clocks: [] }, "instruction.clocks"],
		["an offset that overflows", { seconds: 9_300_000_000 }, "instruction.seconds: 9300000000"],
		["no whole nanosecond", { nanoseconds: 0.5 }, "instruction.nanoseconds: 0.5"],
	])("is %s", async (_what, change, message) => {
		await expect(timeInjector.needs({ ...hours(1), ...change })).rejects.toThrow(message);
	});
});
