import { expect, it } from "vitest";
import { Interrupts } from "../../provider/lifecycle/interrupts.ts";

/** Work that ends when it is told to, after cleaning up for `ms`. */
const untilTold =
	(ended: string[], name: string, ms: number) =>
	async (signal: AbortSignal): Promise<void> => {
		if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
		await new Promise((resolve) => setTimeout(resolve, ms));
		ended.push(name);
	};

it("tells all work in flight and waits for its end", async () => {
	const interrupts = new Interrupts();
	const ended: string[] = [];
	void interrupts.during(untilTold(ended, "slow", 30));
	void interrupts.during(untilTold(ended, "quick", 1));
	await interrupts.interrupt();
	expect(ended).toEqual(["quick", "slow"]);
});

it("tells and awaits work that is started while others clean up", async () => {
	const interrupts = new Interrupts();
	const ended: string[] = [];
	void interrupts.during(untilTold(ended, "first", 20));
	const interrupted = interrupts.interrupt();
	void interrupts.during(untilTold(ended, "late", 60));
	await interrupted;
	expect(ended).toEqual(["first", "late"]);
});

it("does not hold back work that fails", async () => {
	const interrupts = new Interrupts();
	const failing = interrupts.during(async () => {
		throw new Error("no");
	});
	await interrupts.interrupt();
	await expect(failing).rejects.toThrow("no");
});
