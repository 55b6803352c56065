import { expect, it } from "vitest";
import { documented } from "./table.ts";

it.each(["# Compatibility with Chaos Mesh", "Test vectors", "Manifests of Chaos Mesh"])(
	"%s: each difference has its reason",
	(title) => {
		const rows = documented(title);
		expect(rows.length).toBeGreaterThan(1);
		expect(rows.filter((row) => row.at(-1) === "")).toEqual([]);
	},
);
