import { type Cell, cells, momentOf } from "./cells.ts";
import { parts } from "./parts.ts";
import type { End } from "./run.ts";

/** What became of a cell. */
export interface Result {
	cell: Cell;
	end: End | "FAILED";
	seconds: number;
}

/** Kind and step by part: how each cell ended, `.` where none was run; and the counts. */
export function table(results: readonly Result[]): string {
	const inOrder = results.toSorted((one, other) => cells.indexOf(one.cell) - cells.indexOf(other.cell));
	const rows = Map.groupBy(inOrder, ({ cell }) => `${cell.scenario.name} ${momentOf(cell)}`);
	const lines = [...rows].map(([moment, ofMoment]) => [
		moment,
		...parts.map((part) => ofMoment.find(({ cell }) => cell.part === part)?.end ?? "."),
	]);
	const all = [["", ...parts], ...lines];
	const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
	const printed = all.map((row) =>
		row
			.map((text, column) => text.padEnd(widths[column] ?? 0))
			.join("  ")
			.trimEnd(),
	);
	const count = (end: Result["end"]) => results.filter((result) => result.end === end).length;
	const seconds = results.reduce((sum, result) => sum + result.seconds, 0) / Math.max(1, results.length);
	const sums = `${results.length} cells: ${count("as declared")} as declared, ${count("said")} said, ${count("clean")} clean, ${count("FAILED")} FAILED; ${seconds.toFixed(1)} s each`;
	return [...printed, "", sums].join("\n");
}
