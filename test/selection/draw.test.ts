import { describe, expect, it } from "vitest";
import type { Mode } from "../../api/selector.ts";
import { draw, type Rank, seeded } from "../../selection/draw.ts";

const letters = (count: number) => Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
const first = () => 0;
const last = () => 0.999_999;
const drawn = (count: number, value: string, rank?: Rank, mode: Mode = "fixed"): string[] =>
	draw(letters(count), { mode, value }, (letter) => letter, rank);

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
		const selects = { mode, ...(value !== undefined && { value }) };
		expect(draw(letters(of), selects, (letter) => letter)).toHaveLength(expected);
	});

	it.each<[string, number, number, number]>([
		["50", 10, 1, 5],
		["1", 10, 1, 1],
		["100", 10, 1, 10],
		["34", 3, 1, 2],
		["100", 0, 0, 0],
	])("random-max-percent %s of %i: %i to %i", (value, of, least, most) => {
		expect(drawn(of, value, first, "random-max-percent")).toHaveLength(least);
		expect(drawn(of, value, last, "random-max-percent")).toHaveLength(most);
	});

	it("draws every share from 1 up to the limit", () => {
		const lengths = Array.from({ length: 300 }, () => drawn(100, "4", undefined, "random-max-percent").length);
		expect(new Set(lengths)).toEqual(new Set([1, 2, 3, 4]));
	});
});

describe("who", () => {
	it("is who has the lowest ranks, in the order that they had", () => {
		const ranks: Record<string, number> = { a: 0.3, b: 0.9, c: 0.2, d: 0.1 };
		expect(drawn(4, "3", (letter) => ranks[letter] ?? 0)).toEqual(["a", "c", "d"]);
	});

	it("is each choice alike", () => {
		const times = 6000;
		const tally = new Map<string, number>();
		for (let round = 0; round < times; round++) {
			const choice = drawn(4, "2").join("");
			tally.set(choice, (tally.get(choice) ?? 0) + 1);
		}
		expect([...tally.keys()].toSorted()).toEqual(["ab", "ac", "ad", "bc", "bd", "cd"]);
		// 1000 each is expected; 200 is more than six standard deviations.
		for (const count of tally.values()) expect(Math.abs(count - times / 6)).toBeLessThan(200);
	});

	it("takes nobody twice", () => {
		expect(new Set(drawn(26, "20")).size).toBe(20);
	});

	it("is the same by the same seed, whoever else comes or goes", () => {
		const some = drawn(20, "5", seeded("a"));
		expect(drawn(20, "5", seeded("a"))).toEqual(some);
		expect(drawn(20, "5", seeded("b"))).not.toEqual(some);
		const without = letters(20).filter((letter) => letter === some[0] || !some.includes(letter));
		expect(draw(without, { mode: "one" }, (letter) => letter, seeded("a"))).toEqual([some[0]]);
	});

	it("is any by some seed, as often as the others", () => {
		const tally = new Map<string, number>();
		for (let seed = 0; seed < 4000; seed++) {
			const [one = ""] = drawn(4, "1", seeded(String(seed)));
			tally.set(one, (tally.get(one) ?? 0) + 1);
		}
		// 1000 each is expected; these are six standard deviations.
		for (const letter of letters(4)) expect(Math.abs((tally.get(letter) ?? 0) - 1000)).toBeLessThan(165);
	});
});
