import { describe, expect, it } from "vitest";
import { compose } from "../../../../faults/network/kernel/compose.ts";

const chance = (probability: number, correlation = 0) => ({ probability, correlation });

describe("compose", () => {
	it("leaves one fault as it is", () => {
		const netem = { delay: { latency: 5, jitter: 1, correlation: 0.5 }, reorder: { ...chance(0.1), gap: 3 } };
		expect(compose([netem])).toEqual(netem);
	});

	it("adds delays, and their variations by the squares", () => {
		const one = { delay: { latency: 100, jitter: 30, correlation: 0.1 } };
		const two = { delay: { latency: 50, jitter: 40, correlation: 0.2 } };
		expect(compose([one, two])).toEqual({ delay: { latency: 150, jitter: 50, correlation: 0.2 } });
	});

	it("lets happen by chance what happens by any of them", () => {
		const { loss, duplicate } = compose([{ loss: chance(0.5, 0.3) }, { loss: chance(0.2), duplicate: chance(0.1) }]);
		expect(loss?.probability).toBeCloseTo(0.6);
		expect(loss?.correlation).toBe(0.3);
		expect(duplicate).toEqual(chance(0.1));
	});
});
