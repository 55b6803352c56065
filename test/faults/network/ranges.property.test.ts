import fc from "fast-check";
import { expect, it } from "vitest";
import { format, parse, rangesOf } from "../../../faults/network/ranges.ts";
import { always } from "../../support/properties.ts";

const cidr4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map((parts) => parts.join("/"));
const peers = fc.array(fc.oneof(fc.ipV4(), cidr4), { maxLength: 5 });

it("ranges hold every address that was named, in order and apart", () => {
	always(peers, (list) => {
		const ranges = rangesOf(list, 4);
		for (const peer of list) {
			const { value } = parse(peer.split("/")[0] ?? "");
			expect(ranges.some(({ first, last }) => first <= value && value <= last)).toBe(true);
		}
		for (const [index, { first, last }] of ranges.entries()) {
			expect(first <= last).toBe(true);
			const next = ranges[index + 1];
			if (next) expect(last + 1n < next.first).toBe(true);
		}
	});
});

it("ranges do not depend on the order of the addresses", () => {
	always(peers, (list) => expect(rangesOf(list.toReversed(), 4)).toEqual(rangesOf(list, 4)));
});

it("an address comes back as it was", () => {
	always(fc.nat(2 ** 31 - 1), (value) => parse(format(BigInt(value), 4)).value === BigInt(value));
	always(fc.bigInt(0n, 2n ** 128n - 1n), (value) => parse(format(value, 6)).value === value);
});
