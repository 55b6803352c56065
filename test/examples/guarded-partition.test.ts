import { expect, it } from "vitest";
import { eventually, networkChaos } from "../support/kubernetes.ts";
import { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";
import { exampleStack, expectCutOff, hit } from "./example.ts";

/** What the state says of the experiment. */
async function outputs(stack: Stack): Promise<unknown> {
	return (await stack.resources()).find(({ outputs: has }) => has?.["kind"] === "NetworkChaos")?.outputs;
}

it("is undone by the cluster when the front fails, is not put back by up, and is by another round", async () => {
	const stack = await exampleStack("guarded-partition");
	try {
		// Whether it returns before the front has failed twice is a matter of chance.
		await stack.run("up");
		await eventually("nothing of the fault is left", () => tablesLeft().length === 0);
		const { output } = await stack.ok("refresh");
		expect(output.replaceAll(/\s+/g, " ")).toMatch(
			/is not "Injected" but "Aborted": probe "front-answers" has failed 2 times in a row while the fault was in place: status 502, not 200/,
		);
		expect(await outputs(stack)).toMatchObject({ phase: "Aborted", verdict: "aborted" });
		await stack.run("up");
		expect(tablesLeft()).toEqual([]);
		expect(await hit("front")).toBe(0);
		await stack.configure("round", "2");
		await stack.configure("url", "http://store.shop:8080/");
		await stack.ok("up");
		expect(await hit("front")).toBe(3);
		await expectCutOff("front", "back");
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
	expect(tablesLeft()).toEqual([]);
});

it("does nothing when the front fails before, says so in the probe's words, and is gone by destroy", async () => {
	const stack = await exampleStack("guarded-partition", { url: "http://front.shop:8080/nothing" });
	try {
		const { status, output } = await stack.run("up");
		expect(status).not.toBe(0);
		expect(output.replaceAll(/\s+/g, " ")).toContain(
			"before anything was injected: status 404, not 200. Nothing was injected",
		);
		expect(tablesLeft()).toEqual([]);
		await stack.configure("url", "http://store.shop:8080/");
		await stack.ok("up");
		await expectCutOff("front", "back");
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
	expect(await networkChaos.all()).toEqual([]);
});
