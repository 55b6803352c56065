import { basename, dirname, join } from "node:path";
import { makeOnce } from "../lib/files.ts";
import { cache } from "../lib/paths.ts";
import { ctr, pauseImage } from "./containerd.ts";
import { dnsImage } from "./dns.ts";
import type { NodeLayout } from "./layout.ts";
import { archiveImages, writeProgramImage } from "./oci-archive.ts";
import type { Programs } from "./programs.ts";

function programImage(name: string, program: string): Promise<string> {
	// The folder's name changes with the program.
	const archive = join(cache, "cluster", "images", `${basename(dirname(program))}.tar`);
	return makeOnce(archive, (draft) => writeProgramImage(draft, name, program));
}

/** Archives of the images that the cluster itself runs. */
export async function clusterImages(programs: Programs): Promise<string[]> {
	return [await programImage(pauseImage, programs.pause), await programImage(dnsImage, programs.coredns)];
}

/** Imports an OCI archive into one node, unless exactly its images are there. */
export async function importInto(node: NodeLayout, programs: Programs, archive: string): Promise<void> {
	const wanted = await archiveImages(archive);
	const lines = (await ctr(node, programs, ["images", "list"])).split("\n").map((line) => line.split(/\s+/));
	const present = (name: string, digest: string) => lines.some(([ref, , has]) => ref === name && has === digest);
	if (wanted.size > 0 && [...wanted].every(([name, digest]) => present(name, digest))) return;
	await ctr(node, programs, ["images", "import", archive]);
}
