import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCidr } from "../../api/address.ts";
import { formatDuration, parseDuration } from "../../api/duration.ts";
import type { Field } from "../../api/field.ts";
import type { Grammar } from "../../api/grammar.ts";
import { allKinds } from "../../orchestration/kinds.ts";
import { always, texts } from "../support/properties.ts";

/** Every grammar that any field of any kind is written in. */
const grammars = new Map<string, Grammar>(
	allKinds.flatMap(({ spec }) => grammarsIn(spec)).map((one) => [one.name, one]),
);

function grammarsIn(field: Field): Grammar[] {
	switch (field.type) {
		case "string":
			return field.grammar ? [field.grammar] : [];
		case "array":
			return grammarsIn(field.items);
		case "map":
			return [...(field.keys ? [field.keys] : []), ...grammarsIn(field.values)];
		case "object":
			return Object.values(field.fields).flatMap(grammarsIn);
		default:
			return [];
	}
}

/** Texts as a grammar's own pattern makes them, which are right nearly always, and any others. */
function textsFor({ pattern }: Grammar): fc.Arbitrary<string> {
	return fc.oneof(
		fc.stringMatching(new RegExp(pattern), { size: "-1" }),
		texts('0123456789.:/*?-+%@!smhnµabcdefTBGkiIN_ ,[]{}"=\\n'),
	);
}

describe.each([...grammars])("%s", (_name, grammar) => {
	it("is never more than its patterns take", () => {
		always(textsFor(grammar), (text) => {
			if (!grammar.accepts(text) || [...text].length > grammar.maxLength) return;
			expect(text).toMatch(new RegExp(grammar.pattern));
			if (grammar.also !== undefined) expect(text).toMatch(new RegExp(grammar.also));
		});
	});

	it("is what its patterns take, unless it says why not", () => {
		if (grammar.inexact !== undefined) return;
		always(textsFor(grammar), (text) => {
			const fits = new RegExp(grammar.pattern).test(text) && new RegExp(grammar.also ?? "").test(text);
			if (fits && [...text].length <= grammar.maxLength) expect([text, grammar.accepts(text)]).toEqual([text, true]);
		});
	});

	it("keeps what is right", () => {
		always(textsFor(grammar), (text) => !grammar.kept || !grammar.accepts(text) || grammar.accepts(grammar.kept(text)));
	});
});

it("a duration of whole milliseconds comes back as it was written", () => {
	always(fc.nat(2 ** 31 - 1), (milliseconds) => parseDuration(formatDuration(milliseconds)) === milliseconds);
});

it("a duration is a finite number or none", () => {
	always(texts("0123456789.+-nuµmsh"), (text) => {
		const duration = parseDuration(text);
		return duration === undefined || Number.isFinite(duration);
	});
});

it("an address or CIDR says its family and a prefix that fits it", () => {
	always(
		fc.oneof(
			fc.ipV4(),
			fc.ipV6(),
			fc.tuple(fc.ipV4(), fc.nat(40)).map((parts) => parts.join("/")),
		),
		(text) => {
			const cidr = parseCidr(text);
			if (!cidr) return text.includes("/") || text.includes("%");
			return cidr.prefix <= (cidr.family === 4 ? 32 : 128) && text.startsWith(cidr.address);
		},
	);
});
