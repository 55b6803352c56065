import { afterEach, expect, it } from "vitest";
import { Interruption } from "../../game-day/interruption.ts";

let interruption: Interruption;
afterEach(() => interruption.end());

it("tells a signal from the same one again, and CI that makes itself clearer from both", () => {
	interruption = new Interruption();
	expect(interruption.cause).toBeUndefined();
	process.emit("SIGINT", "SIGINT");
	expect([interruption.cause, interruption.second.aborted]).toEqual(["SIGINT", false]);
	process.emit("SIGTERM", "SIGTERM");
	expect([interruption.cause, interruption.second.aborted]).toEqual(["SIGINT", false]);
	process.emit("SIGINT", "SIGINT");
	expect([interruption.cause, interruption.second.aborted]).toEqual(["SIGINT", true]);
});

it("a closed terminal gives up nothing, however often that is told", () => {
	interruption = new Interruption();
	for (let twice = 0; twice < 2; twice++) process.emit("SIGHUP", "SIGHUP");
	expect([interruption.cause, interruption.second.aborted]).toEqual(["SIGHUP", false]);
});

it("a time-out is no signal: the first one after it does not give up the recovery", async () => {
	interruption = new Interruption();
	interruption.timeOutAfter(1);
	await new Promise((resolve) => interruption.first.addEventListener("abort", resolve));
	expect(interruption.cause).toBe("time-out");
	process.emit("SIGINT", "SIGINT");
	expect(interruption.second.aborted).toBe(false);
	process.emit("SIGINT", "SIGINT");
	expect(interruption.second.aborted).toBe(true);
});

it("takes the caller's signal for the first, also one from before", () => {
	const controller = new AbortController();
	interruption = new Interruption(controller.signal);
	controller.abort();
	expect(interruption.cause).toBe("abort");
	interruption.end();
	interruption = new Interruption(AbortSignal.abort());
	expect(interruption.cause).toBe("abort");
});

it("lets go of the process at its end", () => {
	const before = process.listenerCount("SIGINT");
	interruption = new Interruption();
	expect(process.listenerCount("SIGINT")).toBe(before + 1);
	interruption.end();
	expect(process.listenerCount("SIGINT")).toBe(before);
});
