import { expect, it } from "vitest";
import { documents } from "../../cli/documents.ts";

const one = (yaml: string): unknown => documents(yaml).map((document) => "value" in document && document.value);

it.each([
	["octal numbers", "perm: 0644", { perm: 420 }],
	["yes and no", "a: yes\nb: off", { a: true, b: false }],
	[
		"dates and times as they stand there",
		"a: 2026-01-01\nb: 12:30:00\nc: 1:30",
		{ a: "2026-01-01", b: "12:30:00", c: "1:30" },
	],
	["merged maps", "base: &base { a: 1 }\nmore: { <<: *base, b: 2 }", { base: { a: 1 }, more: { a: 1, b: 2 } }],
	["JSON", '{"a": [1, null]}', { a: [1, null] }],
])("reads %s as Kubernetes does", (_, yaml, value) => {
	expect(one(yaml)).toEqual([value]);
});

it("counts documents as they stand in the file, empty ones too, and the items of Lists", () => {
	const yaml =
		"a: 1\n---\n# nothing\n---\nkind: List\nitems: [1, 2]\n---\nkind: PodChaosList\nitems: [3]\n---\nkind: List\n";
	expect(documents(yaml)).toEqual([
		{ where: "document 1", value: { a: 1 } },
		{ where: "document 3, item 1", value: 1 },
		{ where: "document 3, item 2", value: 2 },
		{ where: "document 4, item 1", value: 3 },
		{ where: "document 5", value: { kind: "List" } },
	]);
});

it("says where a document is no YAML, and reads the others", () => {
	expect(documents("a: {{ .Values.a }\n---\nb: 2\n---\nc: *nowhere")).toEqual([
		{ where: "document 1", message: expect.stringMatching(/at line 2, column 1$/) },
		{ where: "document 2", value: { b: 2 } },
		{ where: "document 3", message: expect.stringContaining("nowhere") },
	]);
	expect(documents("a: &a { b: *a }")).toEqual([
		{ where: "document 1", message: "an alias stands inside of what it is an alias of" },
	]);
});
