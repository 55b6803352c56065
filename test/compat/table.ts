import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/lib/paths.ts";

/** Cells of the rows of a table in docs/compatibility.md, without back-quotes around them: that of the section with this title. */
export function documented(title: string): string[][] {
	const text = readFileSync(join(root, "docs/compatibility.md"), "utf8");
	const section = text.split(/^## /m).find((one) => one.startsWith(`${title}\n`));
	if (section === undefined) throw new Error(`docs/compatibility.md has no section "${title}"`);
	const [, , ...rows] = section.split("\n").filter((line) => line.startsWith("|"));
	return rows.map((row) =>
		row
			.split("|")
			.slice(1, -1)
			.map((cell) => cell.trim().replace(/^`(.*)`$/, "$1")),
	);
}
