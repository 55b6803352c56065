import fc from "fast-check";
import { expect, it } from "vitest";
import type { Entry } from "../../daemon/entry.ts";
import { decode, encode, type JournalRecord } from "../../daemon/record.ts";
import { always } from "../support/properties.ts";

const id = fc.constantFrom("a", "b", "c");
const entry = (name: string, text: string): Entry => ({
	id: name,
	experiment: "e",
	kind: "NetworkChaos",
	target: { namespace: "shop", pod: text, podUid: name, containers: [] },
	instruction: { text },
	expiresInMs: 1000,
	undo: null,
	deadline: 1,
	boot: "boot",
	state: "begun",
});
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
	fc.tuple(id, fc.string({ maxLength: 5 })).map(([name, text]) => ({ put: entry(name, text) })),
	id.map((name) => ({ change: { state: "injected" as const }, id: name })),
	id.map((name) => ({ drop: name })),
);
const journal = fc.array(record, { maxLength: 6 });
const textOf = (records: readonly JournalRecord[]): Buffer => Buffer.from(records.map(encode).join(""));

/** Entries without what changes of them. */
const fixed = (entries: Iterable<Entry>): string[] => [...entries].map(({ state: _, ...rest }) => JSON.stringify(rest));

/** What is read of a spoiled journal was once written, and nothing is both there and gone without a reason. */
function expectWritten(records: readonly JournalRecord[], spoiled: Buffer): void {
	const written = fixed(records.flatMap((one) => ("put" in one ? [one.put] : [])));
	for (const one of fixed(decode(spoiled).entries.values())) expect(written).toContain(one);
}

it("a torn journal says what its whole lines say", () => {
	always(fc.tuple(journal, fc.nat(4000)), ([records, cut]) => {
		const whole = textOf(records);
		const torn = whole.subarray(0, cut);
		const { entries, length, damaged } = decode(torn);
		const lines = torn.toString().split("\n").length - 1;
		expect(damaged).toBe(0);
		expect(length).toBeLessThanOrEqual(torn.length);
		expect(entries).toEqual(decode(textOf(records.slice(0, lines))).entries);
	});
});

it("a journal with flipped bits invents no entry", () => {
	const flips = fc.array(fc.tuple(fc.nat(4000), fc.nat(7)), { minLength: 1, maxLength: 3 });
	always(fc.tuple(journal, flips), ([records, changes]) => {
		const spoiled = textOf(records);
		for (const [at, bit] of changes) {
			const index = at % Math.max(1, spoiled.length);
			if (spoiled.length > 0) spoiled[index] = (spoiled[index] ?? 0) ^ (1 << bit);
		}
		expectWritten(records, spoiled);
	});
});

it("a journal with bytes that were lost or put in invents no entry", () => {
	const change = fc.tuple(fc.nat(4000), fc.nat(3), fc.uint8Array({ maxLength: 4 }));
	always(fc.tuple(journal, change), ([records, [at, lost, more]]) => {
		const whole = textOf(records);
		const index = at % (whole.length + 1);
		expectWritten(records, Buffer.concat([whole.subarray(0, index), more, whole.subarray(index + lost)]));
	});
});

it("a line that is whole and no record of ours counts as damaged", () => {
	always(fc.jsonValue({ maxDepth: 2 }), (value) => {
		const { entries, damaged } = decode(Buffer.from(encode(value as unknown as JournalRecord)));
		if (Object(value).put === undefined && Object(value).drop === undefined)
			expect([entries.size, damaged]).toEqual([0, 1]);
	});
});
