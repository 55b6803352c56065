import { afterEach, beforeEach, expect, it } from "vitest";
import { GameDay } from "../../game-day/index.ts";
import { PulumiDouble } from "./pulumi-double.ts";

let pulumi: PulumiDouble;
beforeEach(() => {
	pulumi = new PulumiDouble();
});
afterEach(() => pulumi.dispose());

it("recovers, and says how it went, whatever becomes of what it writes", async () => {
	const throwing = () => {
		throw new Error("the sink is full");
	};
	for (const write of [throwing, async () => throwing()]) {
		const progress = { write, isTTY: true };
		const result = await new GameDay({ ...pulumi.options, approve: true, hold: "0", progress }).run();
		expect(result.steps.at(-1)).toMatchObject({ name: "recovery", outcome: "done" });
	}
	expect(pulumi.operations).toEqual(["preview", "up", "destroy", "preview", "up", "destroy"]);
});
