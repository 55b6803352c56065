import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { InjectItem, InjectionState } from "../../api/daemon-api.ts";
import type { Finding, Injector } from "../../api/injector.ts";
import { createLog } from "../../api/log.ts";
import { Injections } from "../../daemon/injections.ts";
import { Journal } from "../../daemon/journal.ts";

const log = createLog("error", () => {});
let folder: string;
let journal: Journal;
let running: Injections | undefined;
let told: InjectionState[];
let broken: Set<keyof Injector<unknown, unknown>>;
let calls: string[];
/** Milliseconds that each step takes. */
let pause: number;
/** What a look at the target finds to say. */
let said: string | undefined;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-injections-"));
	journal = await Journal.open(join(folder, "journal"), log);
	told = [];
	broken = new Set();
	calls = [];
	pause = 0;
	said = undefined;
});

afterEach(async () => {
	await end();
	rmSync(folder, { recursive: true });
});

/** A fault that is a file: there or not. Fails where `broken` says so, and half done where it can be. */
const injector: Injector<unknown, { path: string }> = {
	needs: () => step("needs"),
	async prepare(_target, _instruction, id) {
		await step("prepare");
		return { path: join(folder, id) };
	},
	async inject(_target, _instruction, { path }) {
		expect(readFileSync(join(folder, "journal", "injections.jsonl"), "utf8")).toContain(JSON.stringify({ path }));
		writeFileSync(path, "");
		await step("inject");
	},
	async recover(_target, { path }) {
		await step("recover");
		rmSync(path, { force: true });
	},
	async verify(_target, _instruction, { path }): Promise<Finding> {
		await step("verify");
		return { verdict: existsSync(path) ? "in place" : "lost", ...(said !== undefined && { message: said }) };
	},
};

async function step(name: keyof Injector<unknown, unknown>): Promise<void> {
	calls.push(`${name} begins`);
	await sleep(pause);
	calls.push(`${name} ends`);
	if (broken.has(name)) throw new Error(`${name} is broken`);
}

/** Ends the timers of what runs, and closes the journal, as the end of its process would. */
async function end(): Promise<void> {
	await running?.stop();
	running = undefined;
	await journal.close();
}

function start(boot = "this boot", by: Injector<unknown, { path: string }> = injector): Injections {
	const injections = new Injections({
		journal,
		injector: async () => by as Injector<unknown, unknown>,
		boot,
		oneShot: (kind) => kind === "OnceChaos",
		log,
	});
	running = injections;
	injections.on("change", (state) => told.push(state));
	return injections;
}

/** A daemon that comes after another: the journal is read from the disk, nothing else is known. */
async function restart(boot?: string): Promise<Injections> {
	await end();
	journal = await Journal.open(join(folder, "journal"), log);
	told = [];
	const injections = start(boot);
	await injections.resume();
	return injections;
}

function item(id = "a", expiresInMs = 60_000): InjectItem {
	const target = { namespace: "shop", pod: "front", podUid: "u", containers: [] };
	return { id, experiment: "e", kind: "FileChaos", target, instruction: {}, expiresInMs };
}

const state = (status: string, message?: string, id = "a"): unknown => ({
	id,
	experiment: "e",
	status,
	...(message && { message }),
});

describe("inject", () => {
	it.each(["needs", "prepare"] as const)("holds nothing when %s fails", async (name) => {
		const injections = start();
		broken.add(name);
		expect(await injections.inject([item()])).toEqual([state("failed", `${name} is broken`)]);
		expect(injections.states()).toEqual([]);
		expect(calls).not.toContain("inject begins");
	});

	it.each(["inject", "verify"] as const)("takes out what was half done when %s fails", async (name) => {
		const injections = start();
		broken.add(name);
		expect(await injections.inject([item()])).toEqual([state("failed", `${name} is broken`)]);
		expect(injections.states()).toEqual([]);
		expect(existsSync(join(folder, "a"))).toBe(false);
	});

	it("keeps what it can't take out, and tries until it can", async () => {
		const injections = start();
		broken.add("inject").add("recover");
		const failed = state("failed", "recovering failed: recover is broken");
		expect(await injections.inject([item()])).toEqual([failed]);
		expect(injections.states()).toEqual([failed]);
		broken.clear();
		await vi.waitFor(() => expect(told.at(-1)).toEqual(state("recovered")), 8000);
		expect(existsSync(join(folder, "a"))).toBe(false);
		expect(injections.states()).toEqual([]);
	});

	it("works on one thing at a time for an injection, and on many injections at once", async () => {
		const injections = start();
		await Promise.all([injections.inject([item("a")]), injections.recover(["a"])]);
		expect(calls.filter((call) => call.endsWith("begins"))).toEqual(
			["needs", "prepare", "inject", "verify", "recover"].map((name) => `${name} begins`),
		);
		for (let index = 0; index < calls.length; index += 2) {
			expect(calls[index + 1]).toBe(calls[index]?.replace("begins", "ends"));
		}
		calls = [];
		await injections.inject([item("a"), item("b")]);
		expect(calls.slice(0, 2)).toEqual(["needs begins", "needs begins"]);
	});
});

describe("another instruction for a fault that is in place", () => {
	const other = { ...item(), instruction: { other: true } };

	it("has the fault taken out first, or exchanged when the kind can do that", async () => {
		const slow = start();
		await slow.inject([item()]);
		calls = [];
		expect(await slow.inject([other])).toEqual([state("injected")]);
		expect(calls).toContain("recover begins");
		await slow.recover(["a"]);

		const quick = start("this boot", { ...injector, exchanges: true });
		await quick.inject([item()]);
		calls = [];
		expect(await quick.inject([other])).toEqual([state("injected")]);
		expect(calls.filter((call) => call.endsWith("begins"))).toEqual(
			["verify", "needs", "inject", "verify"].map((name) => `${name} begins`),
		);
		expect(journal.get("a")?.instruction).toEqual(other.instruction);
	});

	it.each(["needs", "inject"] as const)(
		"has the fault taken out when it can't be exchanged: %s fails",
		async (name) => {
			const injections = start("this boot", { ...injector, exchanges: true });
			await injections.inject([item()]);
			broken.add(name);
			expect(await injections.inject([other])).toEqual([state("failed", `${name} is broken`)]);
			expect(injections.states()).toEqual([]);
			expect(existsSync(join(folder, "a"))).toBe(false);
		},
	);
});

describe("a deadline", () => {
	it("that passes while more time is being given does not count", async () => {
		const injections = start();
		await injections.inject([item("a", 50)]);
		pause = 150;
		expect(await injections.inject([item("a", 60_000)])).toEqual([state("injected")]);
		await injections.inject([item("a", 60_000)]);
		expect(calls).not.toContain("recover begins");
		expect(injections.states()).toEqual([state("injected")]);
	});
});

describe("a fault that is lost", () => {
	it("stays lost until it is asked for again, also across a restart", async () => {
		const injections = start();
		await injections.inject([item()]);
		rmSync(join(folder, "a"));
		await injections.verify();
		const lost = state("lost", "the fault is no longer in place on pod shop/front; nobody asked for that");
		expect(told.at(-1)).toEqual(lost);
		writeFileSync(join(folder, "a"), "");
		await injections.verify();
		expect(injections.states()).toEqual([lost]);
		const again = await restart();
		expect(again.states()).toEqual([lost]);
		expect(await again.inject([item()])).toEqual([state("injected")]);
		expect(again.states()).toEqual([state("injected")]);
	});

	it("is not taken for lost when the target can't be looked at", async () => {
		const injections = start();
		await injections.inject([item()]);
		broken.add("verify");
		await injections.verify();
		expect(injections.states()).toEqual([state("injected")]);
	});
});

describe("what a look at the target finds to say", () => {
	it("is told once each time that it is something else, and stays when nothing is said", async () => {
		const injections = start();
		said = "half full";
		expect(await injections.inject([item()])).toEqual([state("injected", "half full")]);
		await injections.verify();
		said = "full";
		await injections.verify();
		said = undefined;
		await injections.verify();
		expect(told).toEqual([state("injected", "half full"), state("injected", "full")]);
		expect((await restart()).states()).toEqual([state("injected", "full")]);
	});

	it("is why a fault is lost", async () => {
		const injections = start();
		await injections.inject([item()]);
		rmSync(join(folder, "a"));
		said = "a mouse has eaten it";
		await injections.verify();
		expect(injections.states()).toEqual([state("lost", "a mouse has eaten it")]);
	});
});

describe("a lease that is over", () => {
	const expired = state(
		"lease expired",
		"no controller has renewed the lease of the node in time, so the node has taken the fault out",
	);

	it("takes the fault out, and tells of it until it is asked for again, also across a restart", async () => {
		const injections = start();
		await injections.inject([item()]);
		await injections.lapse();
		expect(existsSync(join(folder, "a"))).toBe(false);
		expect(told.at(-1)).toEqual(expired);
		await injections.verify();
		expect(injections.states()).toEqual([expired]);
		const again = await restart();
		expect(again.states()).toEqual([expired]);
		expect(await again.inject([item()])).toEqual([state("injected")]);
		expect(existsSync(join(folder, "a"))).toBe(true);
		expect(again.states()).toEqual([state("injected")]);
	});

	it("is forgotten when it is recovered, or when its time is over", async () => {
		const injections = start();
		await injections.inject([item("a"), item("b", 200)]);
		await injections.lapse();
		expect(await injections.recover(["a"])).toEqual([state("recovered")]);
		await vi.waitFor(() => expect(injections.states()).toEqual([]), 5000);
	});

	it("leaves a fault lost that was lost before, but takes out what may be left of it", async () => {
		const injections = start();
		await injections.inject([item()]);
		rmSync(join(folder, "a"));
		await injections.verify();
		writeFileSync(join(folder, "a"), "");
		await injections.lapse();
		expect(existsSync(join(folder, "a"))).toBe(false);
		expect(injections.states()).toEqual([
			state("lost", "the fault is no longer in place on pod shop/front; nobody asked for that"),
		]);
	});

	it("does not touch what is done once", async () => {
		const injections = start();
		await injections.inject([{ ...item(), kind: "OnceChaos" }]);
		calls = [];
		await injections.lapse();
		expect(calls).toEqual([]);
		expect(injections.states()).toEqual([state("injected")]);
	});

	it("tries until it can take the fault out, also across a restart", async () => {
		const injections = start();
		await injections.inject([item()]);
		broken.add("recover");
		await injections.lapse();
		expect(injections.states()).toEqual([state("failed", "recovering failed: recover is broken")]);
		broken.clear();
		const again = await restart();
		expect(again.states()).toEqual([expired]);
		await again.inject([item()]);
		broken.add("recover");
		await again.lapse();
		broken.clear();
		await vi.waitFor(() => expect(again.states()).toEqual([expired]), 8000);
		expect(existsSync(join(folder, "a"))).toBe(false);
	});

	it("finishes what a crash has cut off", async () => {
		await start().inject([item()]);
		await journal.change("a", { state: "recovering", park: "lease expired" });
		const injections = await restart();
		expect(existsSync(join(folder, "a"))).toBe(false);
		expect(injections.states()).toEqual([expired]);
	});

	it("does not bring back what was to be recovered", async () => {
		const injections = start();
		await injections.inject([item()]);
		broken.add("recover");
		await injections.recover(["a"]);
		await injections.lapse();
		broken.clear();
		await vi.waitFor(() => expect(injections.states()).toEqual([]), 8000);
	});
});

describe("a restart", () => {
	it("confirms what was begun and is in place", async () => {
		await start().inject([item()]);
		await journal.change("a", { state: "begun" });
		const injections = await restart();
		expect(injections.states()).toEqual([state("injected")]);
	});

	it("takes out what was begun and is not all there", async () => {
		await start().inject([item()]);
		await journal.change("a", { state: "begun" });
		rmSync(join(folder, "a"));
		calls = [];
		const injections = await restart();
		expect(calls).toContain("recover ends");
		expect(injections.states()).toEqual([]);
	});

	it("finishes a recovery that was begun", async () => {
		await start().inject([item()]);
		await journal.change("a", { state: "recovering" });
		const injections = await restart();
		expect(existsSync(join(folder, "a"))).toBe(false);
		expect(injections.states()).toEqual([]);
	});

	it("says so when the fault was lost by a restart of the node", async () => {
		await start().inject([item()]);
		rmSync(join(folder, "a"));
		const injections = await restart("the next boot");
		expect(injections.states()).toEqual([
			state("lost", "the fault is no longer in place on pod shop/front; the node was restarted"),
		]);
	});

	it("tries an expired recovery again when it fails", async () => {
		await start().inject([item()]);
		await journal.change("a", { deadline: Date.now() - 1 });
		broken.add("recover");
		const injections = await restart();
		expect(injections.states()).toEqual([state("failed", "recovering failed: recover is broken")]);
		broken.clear();
		await vi.waitFor(() => expect(injections.states()).toEqual([]), 8000);
		expect(existsSync(join(folder, "a"))).toBe(false);
	});

	it("gives no more time when the clock was set back", async () => {
		await start().inject([item("a", 300)]);
		await journal.change("a", { deadline: Date.now() + 3_600_000 });
		await restart();
		await vi.waitFor(() => expect(told).toEqual([state("recovered", "its time was over")]), 5000);
	});
});
