import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { GameDay, type GameDayOptions, type GameDayResult } from "../../game-day/index.ts";
import { OpenStack } from "../../game-day/open-stack.ts";
import { plan } from "../../game-day/options.ts";
import { PulumiDouble } from "./pulumi-double.ts";

let pulumi: PulumiDouble;
beforeEach(() => {
	pulumi = new PulumiDouble();
});
afterEach(() => pulumi.dispose());

function gameDay(more: Partial<GameDayOptions>): Promise<GameDayResult> {
	return new GameDay({ ...pulumi.options, approve: true, hold: "0", progress: false, ...more }).run();
}

const steps = ({ steps: taken }: GameDayResult): string[] => taken.map(({ name, outcome }) => `${name} ${outcome}`);

it("recovers, and says how it went, whatever becomes of what it writes", async () => {
	const throwing = () => {
		throw new Error("the sink is full");
	};
	for (const write of [throwing, async () => throwing()]) {
		expect(steps(await gameDay({ progress: { write, isTTY: true } })).at(-1)).toBe("recovery done");
	}
	expect(pulumi.operations).toEqual(["preview", "up", "destroy", "preview", "up", "destroy"]);
});

it("says how to recover by a line for a shell", async () => {
	const folder = join(pulumi.folder, "it's mine");
	mkdirSync(folder);
	writeFileSync(join(folder, "Pulumi.yaml"), "name: attacks\nruntime: nodejs\n");
	const stack = await OpenStack.open(plan({ ...pulumi.options, folder, configFile: "/a b.yaml" }));
	const quoted = join(pulumi.folder, "it'\\''s mine");
	expect(stack.command("destroy")).toBe(`pulumi destroy --stack dev --cwd '${quoted}' --config-file '/a b.yaml'`);
	expect(stack.command("cancel")).toBe(`pulumi cancel --stack dev --cwd '${quoted}'`);
});
