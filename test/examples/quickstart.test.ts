import { expect, it } from "vitest";
import { networkChaos } from "../support/kubernetes.ts";
import { tablesLeft } from "../support/tables.ts";
import { exampleStack, expectCutOff } from "./example.ts";

it("previews, injects, is quiet, and recovers", async () => {
	const quickstart = await exampleStack("quickstart");
	try {
		const preview = await quickstart.ok("preview");
		expect(preview.output).toMatch(/NetworkChaos front-without-back create/);
		expect(await networkChaos.all()).toEqual([]);

		const up = await quickstart.ok("up");
		expect(up.output).toMatch(/phase *: "Injected"/);
		await expectCutOff("front", "back");

		await quickstart.ok("refresh", "--expect-no-changes");
		await quickstart.ok("up", "--expect-no-changes");
		await quickstart.ok("destroy");
		expect(tablesLeft()).toEqual([]);
	} finally {
		await quickstart.ok("destroy");
		quickstart.dispose();
	}
});
