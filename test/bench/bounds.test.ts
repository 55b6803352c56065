import { describe, expect, it } from "vitest";
import { boundLines, holds, realBounds, simulatedBounds } from "../../bench/bounds.ts";
import { type Result, resultOf } from "../../bench/result.ts";

/** Results of a run in which everything is as slow as it may be. */
function results(changes: Record<string, number> = {}): Result[] {
	const times: Record<string, number> = {
		"unit-patch 1": 10,
		"unit-nft 1": 20,
		"inject-NetworkChaos 1": 180,
		"inject-NetworkChaos 40": 180 + 39 * 30,
		"recover-NetworkChaos 1": 100,
		"recover-NetworkChaos 40": 100 + 39 * 30,
		"emergency-stop 40": 5000,
		"inject-NetworkChaos 1000": 1000,
		"inject-NetworkChaos 6000": 6000,
		"recover-NetworkChaos 1000": 500,
		"recover-NetworkChaos 6000": 3000,
		...changes,
	};
	return Object.entries(times).map(([key, time]) => {
		const [name = "", targets] = key.split(" ");
		return resultOf(name, "any", Number(targets), [time]);
	});
}

const memory = { controller: 120e6, daemon: 120e6 };

describe("on real pods", () => {
	it("all holds that is just as large as it may be", () => {
		expect(realBounds(results(), memory).map(holds)).toEqual([true, true, true, true, true, true]);
	});

	it.each([
		["emergency stop", { "emergency-stop 40": 5001 }, memory],
		["one target", { "inject-NetworkChaos 1": 181, "inject-NetworkChaos 40": 181 + 39 * 30 }, memory],
		["inject <= 1.5", { "inject-NetworkChaos 40": 180 + 39 * 31 }, memory],
		["recover <= 1.5", { "recover-NetworkChaos 40": 100 + 39 * 31 }, memory],
		["controller", {}, { controller: 121e6, daemon: 1 }],
		["daemon", {}, { controller: 1, daemon: 121e6 }],
	])("what is larger does not: %s", (what, changes, sizes) => {
		const broken = realBounds(results(changes), sizes).filter((bound) => !holds(bound));
		expect(broken.map((bound) => bound.what)).toEqual([expect.stringContaining(what)]);
	});

	it("a case that was not timed is a mistake", () => {
		expect(() => realBounds([], memory)).toThrow("with 1 targets was not timed");
	});
});

describe("on simulated pods", () => {
	it.each([
		[{}, 1e6, [true, true, true]],
		[{ "inject-NetworkChaos 6000": 6001 }, 1e6, [false, true, true]],
		[{ "recover-NetworkChaos 6000": 3001 }, 1e6, [true, false, true]],
		[{}, 1e6 + 1, [true, true, false]],
	])("%j and an object of %s bytes", (changes, bytes, verdicts) => {
		expect(simulatedBounds(results(changes), bytes).map(holds)).toEqual(verdicts);
	});
});

it("a bound that does not hold leaps to the eye", () => {
	const lines = boundLines([
		{ what: "a", value: 1, most: 2, unit: "ms" },
		{ what: "b", value: 3, most: 2, unit: "MB" },
	]);
	expect(lines.slice(1)).toEqual([
		"holds          a          1.00 ms  2.00 ms",
		"DOES NOT HOLD  b          3.00 MB  2.00 MB",
	]);
});
