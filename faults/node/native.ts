import { getSystemErrorMap } from "node:util";
import type { LibraryHandle } from "koffi";

/** Numbers of the system calls that are used, by Node's names of processors; those of arm64 are Linux's newer, common ones. */
const numbers = {
	x64: {
		ioctl: 16,
		sendto: 44,
		recvfrom: 45,
		socket: 41,
		bind: 49,
		setsockopt: 54,
		unshare: 272,
		ppoll: 271,
		ptrace: 101,
		timerfd_create: 283,
		timerfd_settime: 286,
		setns: 308,
		process_vm_readv: 310,
		wait4: 61,
		pidfd_send_signal: 424,
		pidfd_open: 434,
	},
	arm64: {
		ioctl: 29,
		sendto: 206,
		recvfrom: 207,
		socket: 198,
		bind: 200,
		setsockopt: 208,
		unshare: 97,
		ppoll: 73,
		ptrace: 117,
		timerfd_create: 85,
		timerfd_settime: 86,
		setns: 268,
		process_vm_readv: 270,
		wait4: 260,
		pidfd_send_signal: 424,
		pidfd_open: 434,
	},
} as const;

/** Name of a system call that can be made. */
export type SyscallName = keyof (typeof numbers)["x64"];

/** What a system call takes: numbers as they are, a buffer as the address of its first byte, null as no address. */
export type SyscallArgument = number | bigint | Uint8Array | null;

/** A system call that failed. Its message names the call and what it was given; `code` is the errno's name, as in Node's own. */
export class SyscallError extends Error {
	override name = "SyscallError";
	readonly code: string;
	readonly errno: number;
	readonly syscall: SyscallName;

	constructor(syscall: SyscallName, args: readonly SyscallArgument[], errno: number) {
		const [code, description] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, "unknown error"];
		super(`${syscall}(${args.map(shown).join(", ")}): ${code}: ${description}`);
		this.code = code;
		this.errno = errno;
		this.syscall = syscall;
	}
}

function shown(argument: SyscallArgument): string {
	return argument instanceof Uint8Array ? `<${argument.length} bytes>` : String(argument);
}

/** Watches a descriptor; `close` ends that, and leaves the descriptor open. */
export interface Watch {
	close(): void;
}

/** The kernel, as far as Node itself doesn't reach it. Descriptors that it returns are read, written and closed by `node:fs`. */
export interface Native {
	/**
	 * Makes a system call on this thread and returns its result. It blocks the event loop for as long as the kernel blocks it.
	 *
	 * @throws SyscallError
	 * @example syscall("setns", descriptor, 0x4000_0000)
	 */
	syscall(name: SyscallName, ...args: SyscallArgument[]): number;
	/** Where a buffer is in this process, for structures that hold addresses. It must not be let go before the call is over. */
	address(buffer: Uint8Array): bigint;
	/**
	 * A system call for where each microsecond counts, with arguments of these kinds. What it returns is the result, or the negative
	 * errno.
	 *
	 * @example const send = quick("sendto", ["number", "buffer", "number", "number", "buffer", "number"])
	 */
	quick(name: SyscallName, kinds: readonly ("number" | "buffer")[]): (...args: SyscallArgument[]) => number;
	/** Calls back whenever a descriptor can be read. Keeps no process alive. */
	whenReadable(descriptor: number, callback: () => void): Watch;
}

let loaded: Promise<Native> | undefined;

/**
 * Loads the library that makes system calls, when it is first asked for. Only Linux on x86-64 and arm64, with glibc.
 *
 * @throws Error when its binary is not there for this machine.
 */
export function loadNative(): Promise<Native> {
	loaded ??= load();
	return loaded;
}

async function load(): Promise<Native> {
	const platform = `${process.platform}-${process.arch}`;
	if (platform !== "linux-x64" && platform !== "linux-arm64") {
		throw new Error(`system calls are made on linux-x64 and linux-arm64, and this is ${platform}`);
	}
	const { default: koffi } = await import("koffi").catch((error: Error) => {
		throw new Error(
			`the library that makes system calls (koffi) has no binary for ${platform} here; build the image on a machine of this kind: ${error.message}`,
		);
	});
	const libc = koffi.load(null);
	const callOf = callsOf(libc);
	const table = numbers[process.arch as keyof typeof numbers];
	return {
		syscall(name, ...args) {
			const result = callOf(args)(table[name], ...args);
			if (result < 0) throw new SyscallError(name, args, koffi.errno());
			return result;
		},
		address: (buffer) => koffi.address(buffer),
		quick(name, kinds) {
			const call = callWith(
				libc,
				kinds.map((kind) => kind === "buffer"),
			);
			return (...args) => {
				const result: number = call(table[name], ...args);
				return result < 0 ? -koffi.errno() : result;
			};
		},
		whenReadable(descriptor, callback) {
			const handle = koffi.node.poll(descriptor, { readable: true }, callback);
			handle.unref();
			return { close: () => handle.close() };
		},
	};
}

/** libc's `syscall` by the kinds of its arguments, each made once. */
function callsOf(libc: LibraryHandle): (args: readonly SyscallArgument[]) => (...args: unknown[]) => number {
	const known = new Map<string, (...args: unknown[]) => number>();
	return (args) => {
		const isAddress = args.map((argument) => typeof argument === "object");
		const key = isAddress.join();
		const call = known.get(key) ?? callWith(libc, isAddress);
		known.set(key, call);
		return call;
	};
}

/**
 * libc's `syscall` for one combination of numbers and addresses, which is a function of its own to koffi. It is variadic in C; on
 * both platforms whole numbers and addresses go into the same registers either way.
 */
function callWith(libc: LibraryHandle, isAddress: readonly boolean[]): (...args: unknown[]) => number {
	return libc.func("syscall", "int64_t", ["int64_t", ...isAddress.map((address) => (address ? "void *" : "int64_t"))]);
}
