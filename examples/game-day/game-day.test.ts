import { GameDay, mustPass } from "pulumi-chaos/game-day";
import { expect, test } from "vitest";

// The stack has to be there: "pulumi stack init staging", and its cluster in the configuration.
const stack = process.env["STACK"] ?? "staging";

test("users bear a bad day of what is behind the front", { timeout: 15 * 60_000 }, async () => {
	const gameDay = new GameDay({ folder: __dirname, stack, hold: "10s", timeout: "10m", approve: true });
	const { experiments } = mustPass(await gameDay.run());
	expect(experiments.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
		"one-store-less: recovered",
		"slow-back-end: passed",
	]);
});
