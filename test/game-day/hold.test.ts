import { expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import { hold } from "../../game-day/hold.ts";
import { type Seen, Watch } from "../../game-day/watch.ts";
import { said, status } from "../support/statuses.ts";

const declared = ["one", "other"].map((owner) => ({ kind: "NetworkChaos", name: owner, owner, previewed: true }));

/** A watch in which a test says what was seen. */
class Told extends Watch {
	private tell = (): void => {};
	private told = new Promise<void>(() => {});

	constructor() {
		super(() => {
			throw new Error("no cluster");
		});
		this.next();
	}

	see(owner: string, more: Partial<Experiment>, present = true): void {
		const latest = { kind: "NetworkChaos", metadata: { uid: owner }, spec: {}, ...more } as unknown as Seen["latest"];
		this.seen.set(owner, { latest, present, injected: true });
		this.tell();
		this.next();
	}

	override async until(settled: () => boolean, signal: AbortSignal): Promise<boolean> {
		const end = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
		while (!settled()) {
			if (signal.aborted) return false;
			await Promise.race([this.told, end]);
		}
		return true;
	}

	private next(): void {
		this.told = new Promise((resolve) => {
			this.tell = resolve;
		});
	}
}

const aborted = { status: status([said("Aborted", true, "ProbeFailed", "ill")]) };
const expired = { status: status([said("Expired", true, "Expired")]) };
const never = new AbortController().signal;
const terms = { holdMs: 600_000, declared, during: () => {}, signal: never };

it("lasts its time", async () => {
	expect(await hold(new Told(), { ...terms, holdMs: 10 })).toBe("time");
});

it("lasts as long as the callback, and no shorter than its time", async () => {
	let done = false;
	const during = async () => {
		await new Promise((resolve) => setTimeout(resolve, 50));
		done = true;
	};
	expect(await hold(new Told(), { ...terms, holdMs: 1, during })).toBe("time");
	expect(done).toBe(true);
});

it("ends when a probe has ended an experiment, and tells the callback", async () => {
	const watch = new Told();
	let told: unknown;
	const during = (signal: AbortSignal) =>
		new Promise<void>((resolve) => {
			signal.addEventListener("abort", () => {
				told = true;
				resolve();
			});
			watch.see("one", {});
			watch.see("other", aborted);
		});
	expect(await hold(watch, { ...terms, during })).toBe("probe");
	expect(told).toBe(true);
});

it("ends when all experiments have come to their end, not when one has", async () => {
	const watch = new Told();
	const ended = hold(watch, terms);
	watch.see("one", expired);
	watch.see("other", { spec: { probes: [{}] }, ...expired } as unknown as Partial<Experiment>);
	expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50, "goes on"))])).toBe("goes on");
	watch.see("other", {}, false);
	expect(await ended).toBe("over");
});

it("ends when it is cut short", async () => {
	expect(await hold(new Told(), { ...terms, signal: AbortSignal.timeout(10) })).toBe("cut");
	expect(await hold(new Told(), { ...terms, signal: AbortSignal.abort() })).toBe("cut");
});

it("rejects at once with what the callback throws", async () => {
	const during = () => {
		throw new Error("mine");
	};
	await expect(hold(new Told(), { ...terms, during })).rejects.toThrow("mine");
});
