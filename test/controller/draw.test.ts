import { describe, expect, it } from "vitest";
import type { Mode } from "../../api/selector.ts";
import { draw } from "../../controller/draw.ts";

const letters = (count: number) => Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
const first = () => 0;
const last = (count: number) => count - 1;

describe("how many", () => {
	it.each<[Mode, string | undefined, number, number]>([
		["one", undefined, 3, 1],
		["one", undefined, 0, 0],
		["all", undefined, 3, 3],
		["all", "2", 3, 3],
		["fixed", "2", 3, 2],
		["fixed", "+2", 3, 2],
		["fixed", "002", 3, 2],
		["fixed", "5", 3, 3],
		["fixed", "5", 0, 0],
		["fixed-percent", "33", 3, 1],
		["fixed-percent", "34", 3, 2],
		["fixed-percent", "+67", 3, 3],
		["fixed-percent", "1", 100, 1],
		["fixed-percent", "7", 100, 7],
		["fixed-percent", "100", 3, 3],
		["fixed-percent", "50", 0, 0],
	])("%s %s of %i", (mode, value, of, expected) => {
		expect(draw(letters(of), { mode, ...(value !== undefined && { value }) })).toHaveLength(expected);
	});

	it.each<[string, number, number, number]>([
		["50", 10, 1, 5],
		["1", 10, 1, 1],
		["100", 10, 1, 10],
		["34", 3, 1, 2],
		["100", 0, 0, 0],
	])("random-max-percent %s of %i: %i to %i", (value, of, least, most) => {
		expect(draw(letters(of), { mode: "random-max-percent", value }, first)).toHaveLength(least);
		expect(draw(letters(of), { mode: "random-max-percent", value }, last)).toHaveLength(most);
	});

	it("draws every share from 1 up to the limit", () => {
		const drawn = Array.from({ length: 300 }, () => draw(letters(100), { mode: "random-max-percent", value: "4" }));
		expect(new Set(drawn.map(({ length }) => length))).toEqual(new Set([1, 2, 3, 4]));
	});
});

describe("who", () => {
	it.each([
		[[0, 0], "ab"],
		[[3, 2], "cd"],
		[[3, 0], "ad"],
		[[0, 2], "ad"],
		[[1, 1], "bc"],
	])("by the draws %j: %s", (draws, expected) => {
		const left = [...draws];
		expect(draw(letters(4), { mode: "fixed", value: "2" }, () => left.shift() ?? 0).join("")).toBe(expected);
	});

	it("draws from as many as are left", () => {
		const asked: number[] = [];
		draw(letters(5), { mode: "fixed", value: "3" }, (count) => {
			asked.push(count);
			return 0;
		});
		expect(asked).toEqual([5, 4, 3]);
	});

	it("is each choice alike", () => {
		const times = 6000;
		const tally = new Map<string, number>();
		for (let round = 0; round < times; round++) {
			const choice = draw(letters(4), { mode: "fixed", value: "2" }).join("");
			tally.set(choice, (tally.get(choice) ?? 0) + 1);
		}
		expect([...tally.keys()].toSorted()).toEqual(["ab", "ac", "ad", "bc", "bd", "cd"]);
		// 1000 each is expected; 200 is more than six standard deviations.
		for (const count of tally.values()) expect(Math.abs(count - times / 6)).toBeLessThan(200);
	});

	it("takes nobody twice", () => {
		const drawn = draw(letters(26), { mode: "fixed", value: "20" });
		expect(new Set(drawn).size).toBe(20);
	});
});
