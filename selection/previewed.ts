import { createHash } from "node:crypto";

/** Bytes of a mark: a thousand fit into 8 kB, and one of them is that of a given other pod once in 10^11 times. */
const bytes = 6;

/** Marks of pods that were previewed, as an annotation: base64 of the beginnings of the SHA-256 of `namespace/name`, sorted. */
export function marksOf(targets: readonly string[]): string {
	return Buffer.concat(targets.map(mark).sort(Buffer.compare)).toString("base64");
}

/** Those of the pods (`namespace/name`) that have no mark, in their order. */
export function notAmong(marks: string, targets: readonly string[]): string[] {
	const all = Buffer.from(marks, "base64");
	const known = new Set<string>();
	for (let start = 0; start < all.length; start += bytes) known.add(all.toString("hex", start, start + bytes));
	return targets.filter((target) => !known.has(mark(target).toString("hex")));
}

function mark(target: string): Buffer {
	return createHash("sha256").update(target).digest().subarray(0, bytes);
}
