import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findStale } from "../../../tools/generate/staleness.ts";

it("tells what is missing, stale and left over, and nothing else", () => {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-stale-"));
	try {
		mkdirSync(join(folder, "made/deep"), { recursive: true });
		const present = { "made/right": "1", "made/old": "2", "made/deep/gone": "3", "one.ts": "4", "two.ts": "5" };
		for (const [path, text] of Object.entries(present)) writeFileSync(join(folder, path), text);
		const wanted = new Map([
			["made/right", "1"],
			["made/old", "new"],
			["made/absent", "6"],
			["one.ts", "4"],
		]);
		expect(findStale(folder, ["made", "not-there"], wanted)).toEqual([
			{ path: "made/old", wrong: "stale" },
			{ path: "made/absent", wrong: "missing" },
			{ path: "made/deep/gone", wrong: "left over" },
		]);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
