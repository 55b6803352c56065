import { expect, it } from "vitest";
import { measure } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";
import { exampleStack } from "./example.ts";

/** Whether no attempt of one role to reach another took less than so many milliseconds. */
async function takes(from: string, to: string, ms: number): Promise<boolean> {
	const all = (await measure(3000)).filter(({ role }) => role === from).flatMap(({ reached }) => reached);
	const attempts = all.filter(({ role }) => role === to);
	expect(attempts.filter(({ ok }) => !ok)).toEqual([]);
	return attempts.every((attempt) => attempt.ms >= ms);
}

it("slows down what one role asks another, is quiet, and lets go", async () => {
	const stack = await exampleStack("slow-database", {
		latency: "400ms",
		jitter: "50ms",
	});
	try {
		await stack.ok("up");
		expect(await takes("back", "store", 350)).toBe(true);
		expect(await takes("front", "store", 350)).toBe(false);
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
	expect(await takes("back", "store", 350)).toBe(false);
	expect(tablesLeft()).toEqual([]);
});
