import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../tools/lib/paths.ts";
import { meetingPlace } from "../kill/crash/order.ts";
import { bundleWithCrashPoints } from "../kill/image.ts";

const parts = ["controller", "daemon"];

it.each(parts)("the product's bundle of the %s knows nothing of crash points", (part) => {
	expect(readFileSync(join(root, "dist/images", `${part}.mjs`), "utf8")).not.toContain(meetingPlace);
});

it("bundles of the kill matrix have them", async () => {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-build-"));
	try {
		await bundleWithCrashPoints(folder);
		for (const part of parts) expect(readFileSync(join(folder, `${part}.mjs`), "utf8")).toContain(meetingPlace);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
