import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contentTag, localRef, type Recipe, readContext, sampleRecipe } from "../../../tools/images/recipe.ts";

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-recipe-"));
	mkdirSync(join(folder, "bundles"));
	writeFileSync(join(folder, "Dockerfile"), "FROM base\n");
	writeFileSync(join(folder, "bundles", "b.mjs"), "b");
	writeFileSync(join(folder, "bundles", "a.mjs"), "a");
	writeFileSync(join(folder, "other.txt"), "not part of it");
});

afterEach(() => rmSync(folder, { recursive: true }));

const recipe = (): Recipe => ({ name: "thing", folder, files: ["bundles/*"], dockerfile: "Dockerfile" });
const tag = () => contentTag("sha256:1", readContext(recipe()));

test("a context is the Dockerfile and the files that match, in a fixed order", () => {
	expect([...readContext(recipe()).keys()]).toEqual(["Dockerfile", "bundles/a.mjs", "bundles/b.mjs"]);
});

test("a pattern that matches nothing is an error that says what to do", () => {
	expect(() => readContext({ ...recipe(), files: ["dist/*"] })).toThrow(
		`image thing: no file matches dist/* in ${folder}; run npm run prepare`,
	);
});

describe("the tag", () => {
	test("is the same for the same content", () => {
		const before = tag();
		writeFileSync(join(folder, "bundles", "a.mjs"), "a");
		writeFileSync(join(folder, "other.txt"), "changed");
		expect(tag()).toBe(before);
		expect(before).toMatch(/^[0-9a-f]{12}$/);
	});

	test.each([
		["a file's content", () => writeFileSync(join(folder, "bundles", "a.mjs"), "A")],
		["a file's name", () => writeFileSync(join(folder, "bundles", "c.mjs"), "")],
		["the Dockerfile", () => writeFileSync(join(folder, "Dockerfile"), "FROM other\n")],
		["a file that is gone", () => rmSync(join(folder, "bundles", "b.mjs"))],
	])("changes with %s", (_what, change) => {
		const before = tag();
		change();
		expect(tag()).not.toBe(before);
	});

	test("changes with the base", () => {
		const context = readContext(recipe());
		expect(contentTag("sha256:1", context)).not.toBe(contentTag("sha256:2", context));
	});

	test("keeps apart what only together is the same", () => {
		const one = contentTag(
			"",
			new Map([
				["a", Buffer.from("1")],
				["b", Buffer.from("2")],
			]),
		);
		const two = contentTag("", new Map([["a", Buffer.from('1["b",1]2')]]));
		expect(one).not.toBe(two);
	});

	test("does not change by accident between releases of the tools", () => {
		expect(contentTag("sha256:0", new Map([["Dockerfile", Buffer.from("FROM scratch\n")]]))).toBe("4328ad50c700");
	});
});

test("the sample's context has all that its Dockerfile copies", () => {
	const names = [...readContext(sampleRecipe).keys()];
	expect(names).toEqual(expect.arrayContaining(["Dockerfile", "package.json", "server.ts", "reach.ts"]));
});

test("references are local, so that no node looks for them in a registry", () => {
	expect(localRef("pulumi-chaos", "0123456789ab")).toBe("localhost/pulumi-chaos:0123456789ab");
});
