import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { it } from "vitest";
import { decodeShares, encodeShares, type Share } from "../../../faults/time/shares.ts";
import { always } from "../../support/properties.ts";

const share = fc
	.record({
		number: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
		clocks: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
		seconds: fc.integer({ min: -9_223_372_037, max: 9_223_372_037 }),
		nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
	})
	.map(({ number, ...rest }): Share => ({ id: number.toString(16).padStart(16, "0"), ...rest }));
const shares = fc.uniqueArray(share, { maxLength: 4, selector: ({ id }) => id });

/** What is added to a clock, in nanoseconds. */
const sumOf = (all: readonly Share[], clock: number): bigint =>
	all
		.filter(({ clocks }) => clocks.includes(clock))
		.reduce((sum, own) => sum + BigInt(own.seconds) * 1_000_000_000n + BigInt(own.nanoseconds), 0n);

it("what is written can be read, and each clock gets the sum", () => {
	always(shares, (all) => {
		const data = encodeShares(all);
		const right = Array.from({ length: 12 }, (_, clock) => {
			const [seconds, nanoseconds] = [data.readBigInt64LE(8 + clock * 16), data.readBigInt64LE(16 + clock * 16)];
			const within = nanoseconds >= 0n && nanoseconds < 1_000_000_000n;
			return within && seconds * 1_000_000_000n + nanoseconds === sumOf(all, clock);
		});
		return isDeepStrictEqual(decodeShares(data), all) && right.every(Boolean);
	});
});

it("other bytes are no shares", () => {
	always(fc.uint8Array({ minLength: 8, maxLength: 16 }), (bytes) => decodeShares(Buffer.from(bytes)) === undefined);
});
