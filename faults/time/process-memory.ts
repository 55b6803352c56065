import { readFileSync } from "node:fs";
import { type Native, SyscallError } from "../node/native.ts";

/** Where the vDSO of a process is in its memory. */
export interface Region {
	address: number;
	size: number;
}

/** Where `/proc/<pid>/maps` says that the vDSO is; undefined when it says so nowhere. */
export function vdsoIn(maps: string): Region | undefined {
	const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(maps) ?? [];
	if (from === undefined || to === undefined) return undefined;
	const address = Number.parseInt(from, 16);
	return { address, size: Number.parseInt(to, 16) - address };
}

/** Where the vDSO of a process is; `gone` when the process has ended, or has no memory any more; undefined when it has none. */
export function vdsoOf(pid: number): Region | "gone" | undefined {
	try {
		const maps = readFileSync(`/proc/${pid}/maps`, "latin1");
		return maps === "" ? "gone" : vdsoIn(maps);
	} catch (error) {
		if (isGone(error)) return "gone";
		throw new Error(`the memory of process ${pid} can't be looked at; the daemon needs the capability SYS_PTRACE`, {
			cause: error,
		});
	}
}

/**
 * Reads memory of a process, which goes on meanwhile; less than was asked for where there is none behind.
 *
 * @throws SyscallError ESRCH: there is no such process; EFAULT: no such memory.
 */
export function readMemory(native: Native, pid: number, { address, size }: Region): Buffer {
	const bytes = Buffer.alloc(size);
	const length = native.syscall(
		"process_vm_readv",
		pid,
		vector(native.address(bytes), size),
		1,
		vector(address, size),
		1,
		0,
	);
	return bytes.subarray(0, length);
}

/** A `struct iovec`. */
function vector(address: number | bigint, size: number): Buffer {
	const bytes = Buffer.alloc(16);
	bytes.writeBigUInt64LE(BigInt(address), 0);
	bytes.writeBigUInt64LE(BigInt(size), 8);
	return bytes;
}

/** Whether an error says that a process is no more, or has begun another program in the meantime. */
export function isGone(error: unknown): boolean {
	const { code } = error as NodeJS.ErrnoException;
	return code === "ENOENT" || code === "ESRCH" || (error instanceof SyscallError && code === "EFAULT");
}
