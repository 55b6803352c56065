import { expect, test } from "vitest";
import { checkMachine } from "../../../tools/images/preconditions.ts";
import { cache } from "../../../tools/lib/paths.ts";

const fit = { root: true, arch: "x64", apt: true, room: 50e9 };

test("a fit machine passes", () => {
	expect(() => checkMachine(fit)).not.toThrow();
	expect(() => checkMachine({ ...fit, arch: "arm64" })).not.toThrow();
});

test.each([
	[{ root: false }, "images can be built without a registry only by root: run the command as root, "],
	[{ apt: false }, "apt-get was not found: images are built from Debian packages; use a Debian machine, "],
	[{ arch: "ppc64" }, "images can be built on x64 and arm64, and this machine is ppc64"],
	[
		{ room: 1.25e9 },
		`building images needs 3.0 GB of free disk and ${cache} has 1.3 GB: free some, or move the cache with`,
	],
])("%o is refused, saying what to do", (lack, message) => {
	expect(() => checkMachine({ ...fit, ...lack })).toThrow(message);
});
