import { expect, it } from "vitest";
import { sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";
import { exampleStack, expectCutOff } from "./example.ts";

it("cuts one part off from a host by its name, is quiet, and recovers", async () => {
	const stack = await exampleStack("third-party", {
		host: `store.${sampleNamespace}.svc:8080`,
	});
	try {
		await stack.ok("up");
		await expectCutOff("back", "store");
		await stack.ok("up", "--expect-no-changes");
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
	expect(tablesLeft()).toEqual([]);
});
