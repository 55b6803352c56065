import { closeSync, openSync, readFileSync, readSync } from "node:fs";

/** The vDSO of a process, by the kernel's own file; empty when it has none, as a process that ends or begins a program. */
export function vdso(pid: number | "self"): Buffer {
	const [, from = "", to = ""] = /^(\w+)-(\w+) .*\[vdso\]$/m.exec(readFileSync(`/proc/${pid}/maps`, "utf8")) ?? [];
	if (from === "") return Buffer.alloc(0);
	const [start, end] = [Number.parseInt(from, 16), Number.parseInt(to, 16)];
	const image = Buffer.alloc(end - start);
	const memory = openSync(`/proc/${pid}/mem`, "r");
	try {
		readSync(memory, image, 0, image.length, start);
	} finally {
		closeSync(memory);
	}
	return image;
}

/** Those of the processes that read their clock by other code than this process does; one that ends or begins a program has none. */
export function movedAmong(pids: readonly number[]): number[] {
	const own = vdso("self");
	return pids.filter((pid) => {
		try {
			const image = vdso(pid);
			return image.length > 0 && !image.equals(own);
		} catch {
			return false;
		}
	});
}
