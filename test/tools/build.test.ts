import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bundleNode } from "../../tools/build/bundles.ts";
import { root } from "../../tools/lib/paths.ts";
import { meetingPlace } from "../kill/crash/order.ts";
import { bundleWithCrashPoints } from "../kill/image.ts";

const parts = ["controller", "daemon"];

it.each(parts)("the product's bundle of the %s knows nothing of crash points", (part) => {
	expect(readFileSync(join(root, "dist/images", `${part}.mjs`), "utf8")).not.toContain(meetingPlace);
});

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-build-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

it("bundles of the kill matrix have them", async () => {
	await bundleWithCrashPoints(folder);
	for (const part of parts) expect(readFileSync(join(folder, `${part}.mjs`), "utf8")).toContain(meetingPlace);
});

it("a bundle makes system calls with nothing but the files beside it", async () => {
	await bundleNode({ native: "faults/node/native.ts" }, folder);
	const program = `
		import { closeSync } from "node:fs";
		import { loadNative } from "./native.mjs";
		const { syscall } = await loadNative();
		closeSync(syscall("pidfd_open", process.pid, 0));
		console.log(process.report.getReport().sharedObjects.filter((path) => path.endsWith(".node")).join());
	`;
	writeFileSync(join(folder, "main.mjs"), program);
	const loaded = execFileSync(process.execPath, ["main.mjs"], { cwd: folder, encoding: "utf8" });
	expect(loaded.trim()).toMatch(new RegExp(`^${folder}/koffi-[A-Z0-9]+\\.node$`));
});
