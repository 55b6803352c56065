import fc from "fast-check";
import { expect, it } from "vitest";
import { escapeMarkdown, markdown } from "../../game-day/markdown.ts";
import { always, texts } from "../support/properties.ts";
import { experimentResultOf, gameDayResult } from "./results.ts";

const inputs = texts("|\\`*_[]<>&~#! \n\r\ta-");

/** The cells of a row, as GitHub splits it: at each pipe that is not escaped. */
function cells(row: string): string[] {
	return row
		.split(/(?<=(?:^|[^\\])(?:\\\\)*)\|/)
		.slice(1, -1)
		.map((cell) => cell.trim());
}

it("any text stays in its cell, on its line, and is read back but for its white space", () => {
	always(fc.tuple(inputs, inputs), ([name, message]) => {
		const experiments = [experimentResultOf({ name: `n${name}`, probes: [], message: `m${message}` })];
		const row =
			markdown(gameDayResult({ experiments, steps: [] }))
				.trimEnd()
				.split("\n")
				.at(-1) ?? "";
		const found = cells(row);
		expect(found).toHaveLength(4);
		const read = found.map((cell) => cell.replaceAll(/\\(.)/gsu, "$1"));
		const flat = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
		expect([read[0], read[3]]).toEqual([flat(`NetworkChaos n${name}`), flat(`m${message}`)]);
	});
});

it("nothing in it means anything", () => {
	always(inputs, (text) => expect(escapeMarkdown(text).replaceAll(/\\./gsu, "")).not.toMatch(/[\\`*_[\]<>&|~#!\n]/));
});
