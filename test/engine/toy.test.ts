import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../tools/lib/paths.ts";
import { Stack } from "../support/stack.ts";

test("a dynamic resource goes through up, refresh and destroy by the real engine", async () => {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-toy-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const file = join(folder, "note");
	const stack = await Stack.create(join(root, "test/support/programs/toy"), "toy", { file, text: "first" });
	onTestFinished(() => stack.dispose());

	await stack.ok("up");
	expect(readFileSync(file, "utf8")).toBe("first");
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up", "--expect-no-changes");

	writeFileSync(file, "changed by hand");
	expect((await stack.run("refresh", "--expect-no-changes")).status).not.toBe(0);
	await stack.ok("up");
	expect(readFileSync(file, "utf8")).toBe("first");

	rmSync(file);
	expect((await stack.ok("refresh")).output).toMatch(/1 deleted/);
	await stack.ok("up");
	expect(readFileSync(file, "utf8")).toBe("first");

	await stack.ok("destroy");
	expect(existsSync(file)).toBe(false);
	expect(await stack.resources()).toEqual([]);
});
