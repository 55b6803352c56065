import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Plugin } from "esbuild";
import { bundleImage } from "../../tools/build/bundles.ts";
import { type BuiltImage, ensureRecipes } from "../../tools/images/ensure.ts";
import { systemRecipe } from "../../tools/images/recipe.ts";
import { root } from "../../tools/lib/paths.ts";

const own = join(root, "test/kill/crash/step.ts");
const product = join(root, "api/step.ts");

/** Puts the module that waits at steps in the place of the product's, which only passes them. */
const crashPoints: Plugin = {
	name: "crash points",
	setup: (build) =>
		build.onResolve({ filter: /\/step\.ts$/ }, ({ path, resolveDir }) =>
			resolve(resolveDir, path) === product ? { path: own } : undefined,
		),
};

/** Bundles controller and daemon as the kill matrix wants them. */
export function bundleWithCrashPoints(folder: string): Promise<void> {
	return bundleImage(folder, [crashPoints]);
}

/** The system's image with crash points: of the same recipe, under another name. */
export async function crashImage(): Promise<BuiltImage> {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-kill-"));
	try {
		mkdirSync(join(folder, "images"));
		cpSync(join(root, systemRecipe.dockerfile), join(folder, systemRecipe.dockerfile));
		await bundleWithCrashPoints(join(folder, "dist/images"));
		return (await ensureRecipes({ system: { ...systemRecipe, name: "pulumi-chaos-kill", folder } })).system;
	} finally {
		rmSync(folder, { recursive: true });
	}
}
