import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packagesOf } from "../../../tools/images/base.ts";
import { root } from "../../../tools/lib/paths.ts";

test("the base gets the packages that the Dockerfile would install", () => {
	const packages = packagesOf(readFileSync(join(root, "images", "Dockerfile"), "utf8"));
	expect(packages).toEqual([
		"iproute2",
		"nftables",
		"ipset",
		"util-linux",
		"perl-base",
		"stress-ng",
		"ca-certificates",
	]);
});

test("options are no packages", () => {
	expect(packagesOf("RUN apt-get update; \\\n apt-get install -y --no-install-recommends a1 libb+c.d-e; \\\n")).toEqual(
		["a1", "libb+c.d-e"],
	);
});

test("a Dockerfile without packages is an error", () => {
	expect(() => packagesOf("FROM base\n")).toThrow('images/Dockerfile has no line "apt-get install <packages>;"');
});
