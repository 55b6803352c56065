import { describe, expect, it } from "vitest";
import type { Netem } from "../../../../faults/network/instruction.ts";
import { Correlated, fraction } from "../../../../faults/network/packets/correlated.ts";
import { NetemModel } from "../../../../faults/network/packets/netem.ts";
import { seeded } from "../../../support/random.ts";

const ms = 1e6;
const packets = 10_000;
const chance = (probability: number) => ({ probability, correlation: 0 });
const delay = (latency: number, jitter = 0) => ({ latency: latency * 1000, jitter: jitter * 1000, correlation: 0 });

/** What becomes of packets of which one arrives each millisecond; each departs when it is due. */
function run(shape: Netem, { count = packets, limit = packets } = {}): { at: number; corrupt: boolean }[][] {
	const netem = new NetemModel(shape, seeded(1), limit);
	let waiting: number[] = [];
	return Array.from({ length: count }, (_, index) => {
		const now = index * ms;
		for (const _ of waiting.filter((at) => at <= now)) netem.departed();
		waiting = waiting.filter((at) => at > now);
		const departures = netem.arrive(now);
		waiting.push(...departures.map(({ at }) => at));
		return departures.map(({ at, corrupt }) => ({ at: at - now, corrupt }));
	});
}

/** Half the width of the interval in which a share lies with a probability of one in a million to be outside. */
const width = (share: number, count = packets): number => 4.9 * Math.sqrt((share * (1 - share)) / count);

describe("NetemModel", () => {
	it("holds packets back by the latency, and spreads them evenly over the jitter", () => {
		expect(new Set(run({ delay: delay(100) }).map(([first]) => first?.at))).toEqual(new Set([100 * ms]));
		const delays = run({ delay: delay(100, 20) }).map(([first]) => (first?.at ?? 0) / ms);
		expect(Math.min(...delays)).toBeGreaterThanOrEqual(80);
		expect(Math.max(...delays)).toBeLessThan(120);
		for (const part of [90, 100, 110]) {
			const share = (part - 80) / 40;
			const found = delays.filter((delay) => delay < part).length / packets;
			expect(Math.abs(found - share)).toBeLessThan(width(share));
		}
	});

	it.each([0.01, 0.1, 0.5, 1])(
		"loses, doubles, spoils and lets overtake a share of %d of the packets",
		(probability) => {
			const some = chance(probability);
			const close = (count: number): void =>
				expect(Math.abs(count / packets - probability)).toBeLessThanOrEqual(width(probability));
			close(run({ loss: some }).filter((departures) => departures.length === 0).length);
			close(run({ duplicate: some }).filter((departures) => departures.length === 2).length);
			close(run({ corrupt: some }).filter(([first]) => first?.corrupt).length);
			close(run({ delay: delay(9), reorder: { ...some, gap: 0 } }).filter(([first]) => first?.at === 0).length);
		},
	);

	it("lets at most one of so many packets overtake as the gap says", () => {
		const overtake = run({ delay: delay(9), reorder: { ...chance(1), gap: 5 } }).map(([first]) => first?.at === 0);
		expect(overtake.slice(0, 15)).toEqual([...Array(3)].flatMap(() => [false, false, false, false, true]));
	});

	it("sends a packet once that is to be doubled and lost", () => {
		const all = run({ duplicate: chance(1), loss: chance(1) });
		expect(all.every((departures) => departures.length === 1)).toBe(true);
	});

	it("drops what is more than it may hold", () => {
		const all = run({ delay: delay(10) }, { count: 100, limit: 5 });
		expect(all.slice(0, 12).map((departures) => departures.length)).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1]);
	});
});

describe("Correlated", () => {
	it("goes as the formula of the kernel says", () => {
		const values = [4_000_000_000, 1_000_000_000, 3_000_000_000];
		const numbers = new Correlated(0.25, () => values.shift() ?? 0);
		const rho = fraction(0.25) + 1;
		const step = (value: number, last: number): number =>
			Number((BigInt(value) * (2n ** 32n - BigInt(rho)) + BigInt(last) * BigInt(rho)) >> 32n);
		const first = step(4_000_000_000, 0);
		const second = step(1_000_000_000, first);
		const expected = [first, second, step(3_000_000_000, second)];
		for (const value of expected) expect(Math.abs(numbers.next() - value)).toBeLessThanOrEqual(1);
	});

	it("repeats itself when all depends on the number before", () => {
		const numbers = new Correlated(1, seeded(3));
		expect([numbers.next(), numbers.next()]).toEqual([0, 0]);
	});
});
