import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { controllerSteps, daemonSteps } from "../../api/step.ts";
import { root } from "../../tools/lib/paths.ts";
import { say } from "../../tools/lib/progress.ts";
import { difference, settled } from "../support/listing.ts";
import { whole } from "../support/whole.mts";
import { cells, nameOf, sample } from "./cells.ts";
import { letGo } from "./order.ts";
import { runCell } from "./run.ts";
import { scenarios } from "./scenarios.ts";
import { type Result, table } from "./table.ts";
import { createWorld, dump, removeWorld, traces } from "./world.ts";

// A runner that was told of the user's own cluster must not keep these tests from making theirs.
delete process.env["PULUMI_CHAOS_KUBECONFIG"];

const sampleSize = 12;
const seed =
	process.env["PULUMI_CHAOS_SEED"] ??
	execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
// All of them in an order by chance too: which cell comes after which is another way in which a world can be unwhole.
const chosen = sample(seed, whole ? cells.length : sampleSize);

const results: Result[] = [];
let before: string[];

beforeAll(async () => {
	say(`${chosen.length} of ${cells.length} cells; PULUMI_CHAOS_SEED=${seed} chooses the same again`);
	await removeWorld();
	await createWorld();
	before = await settled(dump);
}, 600_000);

afterAll(async () => {
	console.log(table(results));
	await removeWorld();
}, 120_000);

afterEach(letGo);

describe("the cells", () => {
	it("have every step that is named", () => {
		const passed = scenarios.flatMap(({ passes }) => [...passes.inject, ...passes.recover].map(([step]) => step));
		expect([...daemonSteps, ...controllerSteps].filter((step) => !passed.includes(step))).toEqual([]);
	});

	it("are drawn alike for the same seed, otherwise for another, and from every kind", () => {
		const names = (seed: string) => sample(seed, sampleSize).map(nameOf);
		expect(names("a")).toEqual(names("a"));
		expect(names("a")).not.toEqual(names("b"));
		expect(new Set(sample("a", sampleSize).map(({ scenario }) => scenario))).toEqual(new Set(scenarios));
	});
});

describe("ends as declared or clean", () => {
	it.each(chosen.map((cell) => [nameOf(cell), cell] as const))(
		"%s",
		async (name, cell) => {
			const started = performance.now();
			let end: Result["end"] = "FAILED";
			try {
				end = await runCell(cell);
			} finally {
				const seconds = (performance.now() - started) / 1000;
				results.push({ cell, end, seconds });
				say(`${results.length}/${chosen.length} ${name}: ${end} (${seconds.toFixed(1)} s)`);
			}
		},
		900_000,
	);
});

it("leaves the nodes as they were", async () => {
	await expect.poll(() => difference(before, dump()), { timeout: 60_000, interval: 1000 }).toEqual([]);
});

it("leaves nothing on the machine", async () => {
	expect(await traces()).not.toEqual([]);
	await removeWorld();
	await expect.poll(traces, { timeout: 30_000, interval: 1000 }).toEqual([]);
});
