import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { root } from "../../tools/lib/paths.ts";

const require = createRequire(join(root, "package.json"));

it("the provider's text, which stands in users' states, never changes", async () => {
	const { thinProvider } = require(join(root, "dist/provider/thin.js"));
	const { text, containsSecrets } = await runtime.serializeFunction(() => thinProvider, { allowSecrets: true });
	expect(containsSecrets).toBe(false);
	// What the SDK puts around the methods is its own affair.
	const methods = [...text.matchAll(/return (function \/\*\w+\*\/[\s\S]*?\n {4}\});/g)].map(([, method]) => method);
	expect(`${methods.join("\n")}\n`).toBe(readFileSync(join(root, "test/provider/thin.golden.txt"), "utf8"));
	expect([...text.matchAll(/with\(\{ ([^}]*) \}/g)].map(([, captured]) => captured)).toEqual([
		...Array(6).fill("this: undefined, arguments: undefined"),
		expect.stringMatching(/^\w+: __\w+, this: undefined, arguments: undefined$/),
	]);
});

it("a program does not load the Kubernetes client", () => {
	require(join(root, "dist/index.js"));
	expect(Object.keys(require.cache).filter((file) => file.includes("/@kubernetes/client-node/"))).toEqual([]);
});
