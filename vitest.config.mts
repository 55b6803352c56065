import { defineConfig } from "vitest/config";
import { whole } from "./test/support/whole.mts";

/** What the throw-away machine runs again on its stock kernel: it shows that the injectors need nothing of this one. */
const injectors = (whole ? ["inject", "verify", "mesh"] : ["inject"]).map((name) => `test/faults/*/${name}.test.ts`);

/** What a tier runs of the unit tests, besides its own. */
const others: Record<string, string[]> = { vm: injectors, nightly: ["test/**/*.property.test.ts"] };

/** A list that should be empty is said whole when it is not. */
const chaiConfig = { truncateThreshold: 2000 };

/** One project a tier. Unit tests mirror the tree; the other tiers need real parts, which `tools/test` brings up first. */
const tiers = ["engine", "workplace", "cluster", "e2e", "vm", "kill", "examples", "nightly"];

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: "unit",
					include: ["test/**/*.test.ts"],
					exclude: tiers.map((folder) => `test/${folder}/**`),
					testTimeout: 60_000,
					maxWorkers: 2,
					chaiConfig,
				},
			},
			...tiers.map((tier) => ({
				test: {
					name: tier,
					include: [`test/${tier}/**/*.test.ts`, ...(others[tier] ?? [])],
					...(tier === "nightly" && { env: { PULUMI_CHAOS_RUNS: "100000" } }),
					testTimeout: 300_000,
					hookTimeout: 300_000,
					...(["e2e", "examples"].includes(tier) && { globalSetup: `test/support/${tier}-setup.ts` }),
					// These share one cluster and one daemon a node; only the engine's have a world for each file.
					fileParallelism: tier === "engine",
					maxWorkers: 2,
					chaiConfig,
				},
			})),
		],
	},
});
