import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLog } from "../../api/log.ts";
import type { Entry } from "../../daemon/entry.ts";
import { Journal } from "../../daemon/journal.ts";

let folder: string;
let path: string;
const opened: Journal[] = [];
const logged: string[] = [];
const log = createLog("debug", (line) => logged.push(line));

beforeEach(() => {
	folder = join(mkdtempSync(join(tmpdir(), "pulumi-chaos-journal-")), "deeper", "journal");
	path = join(folder, "injections.jsonl");
	logged.length = 0;
});

afterEach(async () => {
	for (const journal of opened.splice(0)) await journal.close();
	rmSync(join(folder, "../.."), { recursive: true });
});

async function open(): Promise<Journal> {
	const journal = await Journal.open(folder, log);
	opened.push(journal);
	return journal;
}

function entry(id: string, overrides: Partial<Entry> = {}): Entry {
	return {
		id,
		experiment: "uid",
		kind: "NetworkChaos",
		target: { namespace: "shop", pod: "frönt", podUid: "u", containers: [] },
		instruction: { drops: [] },
		undo: { table: id },
		expiresInMs: 1000,
		deadline: 5,
		boot: "b",
		state: "begun",
		...overrides,
	};
}

/** What a daemon that starts now would find. */
async function reread(): Promise<Entry[]> {
	const journal = await open();
	const entries = journal.entries();
	return entries;
}

describe("the journal", () => {
	it("holds what was put, changed and dropped, across restarts", async () => {
		const journal = await open();
		await Promise.all(["a", "b", "c"].map((id) => journal.put(entry(id))));
		await journal.change("a", { state: "lost", message: "gone" });
		await journal.change("b", { state: "lost", message: "gone" });
		await journal.change("b", { state: "injected", deadline: 9 });
		await journal.change("nobody", { state: "lost" });
		await journal.drop("c");
		// Not closed: the process that wrote this was killed.
		expect(await reread()).toEqual([
			entry("a", { state: "lost", message: "gone" }),
			entry("b", { state: "injected", deadline: 9 }),
		]);
		expect(statSync(path).mode & 0o777).toBe(0o600);
	});

	it("has an entry on the disk when put resolves, and not in memory before", async () => {
		const journal = await open();
		const put = journal.put(entry("a"));
		expect(journal.get("a")).toBeUndefined();
		await put;
		expect(readFileSync(path, "utf8")).toContain('"put":{"id":"a"');
		expect(journal.get("a")).toEqual(entry("a"));
	});

	it("ignores a last record that is torn at any byte, and goes on behind the one before", async () => {
		const journal = await open();
		await journal.put(entry("a"));
		const { size: whole } = statSync(path);
		await journal.put(entry("b"));
		const bytes = readFileSync(path);
		for (let length = whole; length < bytes.length; length += 7) {
			writeFileSync(path, bytes.subarray(0, length));
			const again = await open();
			expect(again.entries()).toEqual([entry("a")]);
			expect(statSync(path).size).toBe(whole);
			await again.put(entry("c"));
			expect(await reread()).toEqual([entry("a"), entry("c")]);
		}
		expect(logged).toEqual([]);
	});

	it("leaves out a damaged line and says so, but keeps those around it", async () => {
		const journal = await open();
		for (const id of ["a", "b", "c"]) await journal.put(entry(id));
		writeFileSync(path, readFileSync(path, "utf8").replace('{"put":{"id":"b"', '{"put":{"id":"x"'));
		expect((await reread()).map(({ id }) => id)).toEqual(["a", "c"]);
		expect(logged.map((line) => JSON.parse(line))).toMatchObject([
			{ level: "error", message: "lines of the journal are damaged and were left out", lines: 1 },
		]);
		logged.length = 0;
		await reread();
		expect(logged).toEqual([]);
	});

	it("starts from nothing, from an empty file, and from rubbish", async () => {
		expect(await reread()).toEqual([]);
		truncateSync(path, 0);
		expect(await reread()).toEqual([]);
		appendFileSync(path, "\0\0\0\n\n12345678 {}\nrubbish");
		expect(await reread()).toEqual([]);
	});

	it("does not grow with its past", async () => {
		const journal = await open();
		await journal.put(entry("keep"));
		for (let round = 0; round < 20; round++) {
			const ids = Array.from({ length: 40 }, (_, index) => `${round}-${index}`);
			await Promise.all(ids.map((id) => journal.put(entry(id))));
			await Promise.all(ids.map((id) => journal.drop(id)));
		}
		expect(statSync(path).size).toBeLessThan(100_000);
		expect(await reread()).toEqual([entry("keep")]);
		await journal.drop("keep");
		expect(statSync(path).size).toBe(0);
		await journal.put(entry("next"));
		expect(await reread()).toEqual([entry("next")]);
	});
});
