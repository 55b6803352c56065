import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
	clocksOf,
	compileClock,
	expectAhead,
	hasCompiler,
	minutesMoved,
	startScript,
} from "../../support/clocks/clocks.ts";
import { hours, id, MovedContainer } from "../../support/clocks/moved-container.ts";

const other = "fedcba9876543210";

let folder: string;
let container: MovedContainer;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-time-"));
	if (!hasCompiler) return;
	compileClock(folder, "dynamic");
	compileClock(folder, "static", "-static");
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
	container = new MovedContainer();
});
afterEach(() => container.stop());

describe("a clock that is ahead", () => {
	it("is seen by a program, and is right again afterwards", async () => {
		const program = await startScript(container, "python3");
		await expectAhead(program, 0);
		const instruction = { ...hours(1), nanoseconds: 500_000_000 };
		const undo = await container.inject(instruction);
		await expectAhead(program, 3600.5);
		expect(await container.look(instruction)).toEqual({ verdict: "in place" });
		await container.recover(undo);
		await expectAhead(program, 0);
		container.expectPristine();
		expect((await container.look(instruction)).verdict).toBe("lost");
	});
});

describe.skipIf(!hasCompiler)("the clocks of a program in C", () => {
	it.each(["dynamic", "static"])("are moved as was asked for, with gettimeofday and time: %s", async (kind) => {
		const program = await container.start(join(folder, kind));
		const before = await clocksOf(program);
		const undo = await container.inject(hours(-1, "CLOCK_MONOTONIC", "CLOCK_BOOTTIME", "CLOCK_PROCESS_CPUTIME_ID"));
		expect(minutesMoved(before, await clocksOf(program))).toEqual({
			byId: [0, -60, -60, 0, 0, 0, 0, -60, 0, 0],
			gettimeofday: 0,
			time: 0,
		});
		const second = await container.inject(hours(2, "CLOCK_REALTIME", "CLOCK_MONOTONIC"), other);
		expect(minutesMoved(before, await clocksOf(program))).toEqual({
			byId: [120, 60, -60, 0, 0, 0, 0, -60, 0, 0],
			gettimeofday: 120,
			time: 120,
		});
		for (const each of [undo, second]) await container.recover(each);
		const after = minutesMoved(before, await clocksOf(program));
		expect([...after.byId, after.gettimeofday, after.time]).toEqual(Array(12).fill(0));
		container.expectPristine();
	});

	it("can't be moved without a vDSO", async () => {
		const program = await container.start(join(folder, "dynamic"), ["bare"]);
		await vi.waitFor(() => expect(readFileSync(`/proc/${program.pid}/maps`, "utf8")).not.toContain("[vdso]"));
		await expect(container.inject(hours(1))).rejects.toThrow(
			`container shop/web/main: process ${program.pid} has no vDSO: it asks the kernel for the time, which has one for all processes`,
		);
	});

	it("can't be moved while a debugger traces it, and is left as it is", async () => {
		const program = await container.start(join(folder, "dynamic"), ["traced"]);
		await vi.waitFor(() => expect(readFileSync(`/proc/${program.pid}/status`, "utf8")).toMatch(/^TracerPid:\t[1-9]/m));
		await expect(container.inject(hours(1))).rejects.toThrow(
			/^process \d+ is traced by process \d+, such as a debugger or strace, so nobody else can change it; end that first$/,
		);
		await container.recover({ id });
		container.expectPristine();
	});
});
