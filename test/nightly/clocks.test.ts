import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compileClock, hasCompiler } from "../support/clocks/clocks.ts";
import { cycle } from "../support/clocks/cycles.ts";

it.skipIf(!hasCompiler)(
	"a program that only reads clocks survives 2,000 times in and out, and sees no third time",
	async () => {
		const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-cycles-"));
		try {
			const load = { count: 2000, threads: 4, pauseUs: 50 };
			await expect(cycle(compileClock(folder, "clock"), load)).resolves.toBeUndefined();
		} finally {
			rmSync(folder, { recursive: true });
		}
	},
	600_000,
);
