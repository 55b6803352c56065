import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { archiveImages, writeProgramImage } from "../../../tools/cluster/oci-archive.ts";
import { run } from "../../../tools/lib/run.ts";

const folder = mkdtempSync(join(tmpdir(), "oci-archive-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

test("the same program becomes the same image, whose digest the archive tells", async () => {
	const program = join(folder, "program");
	writeFileSync(program, "#!/bin/true\n");
	const [one, two] = [join(folder, "one.tar"), join(folder, "two.tar")];
	await writeProgramImage(one, "localhost/example:1", program);
	await writeProgramImage(two, "localhost/example:1", program);
	expect(sha256(one)).toBe(sha256(two));

	const images = await archiveImages(one);
	expect([...images.keys()]).toEqual(["localhost/example:1"]);
	await run("tar", ["--extract", "--file", one, "--directory", folder]);
	const blob = join(folder, "blobs", (images.get("localhost/example:1") ?? "").replace(":", "/"));
	const manifest = JSON.parse(readFileSync(blob, "utf8"));
	const layer = join(folder, "blobs", manifest.layers[0].digest.replace(":", "/"));
	expect(`sha256:${sha256(layer)}`).toBe(manifest.layers[0].digest);
	expect(await run("tar", ["--list", "--file", layer])).toContain("./program\n");
});
