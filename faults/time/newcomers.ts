import { closeSync, openSync } from "node:fs";
import type { Native } from "../node/native.ts";
import { hostProcess } from "../node/netns.ts";

/** Of <linux/netlink.h>, <linux/connector.h> and <linux/cn_proc.h>. */
const netlink = {
	family: 16,
	datagram: 2,
	nonBlocking: 0o4000,
	closeOnExec: 0o2000000,
	connector: 11,
	done: 3,
} as const;
const processes = { index: 1, value: 1, listen: 1, ignore: 2, exec: 2 } as const;
const headerSize = 16 + 20;
const newNetwork = 0x4000_0000;

/** Tells of programs that begin; `close` ends that. */
export interface Newcomers {
	close(): void;
}

/**
 * Tells of each process of the node that begins a program (execve), within a millisecond or so, by the kernel's process connector. That
 * is a multicast group in the network namespace of the host, so its socket is made there. What the kernel could not queue is not told.
 *
 * @throws SyscallError when the kernel has no connector, or does not let us listen.
 */
export function watchNewcomers(native: Native, began: (pid: number) => void): Newcomers {
	const { family, datagram, nonBlocking, closeOnExec, connector } = netlink;
	const socket = inHostNetwork(native, () =>
		native.syscall("socket", family, datagram | nonBlocking | closeOnExec, connector),
	);
	try {
		const address = Buffer.alloc(12);
		address.writeUInt16LE(family, 0);
		address.writeUInt32LE(processes.index, 8);
		native.syscall("bind", socket, address, address.length);
		// The second is for kernels from 6.6 on, which then leave out all else; older ones don't know it and ignore it.
		send(native, socket, [processes.listen]);
		send(native, socket, [processes.listen, processes.exec]);
	} catch (error) {
		closeSync(socket);
		throw error;
	}
	const watch = native.whenReadable(socket, () => read(native, socket, began));
	return {
		close() {
			watch.close();
			send(native, socket, [processes.ignore]);
			closeSync(socket);
		},
	};
}

function send(native: Native, socket: number, words: readonly number[]): void {
	const message = Buffer.alloc(headerSize + words.length * 4);
	message.writeUInt32LE(message.length, 0);
	message.writeUInt16LE(netlink.done, 4);
	message.writeUInt32LE(processes.index, 16);
	message.writeUInt32LE(processes.value, 20);
	message.writeUInt16LE(words.length * 4, 32);
	for (const [index, word] of words.entries()) message.writeUInt32LE(word, headerSize + index * 4);
	native.syscall("sendto", socket, message, message.length, 0, null, 0);
}

/** Reads all that is there. */
function read(native: Native, socket: number, began: (pid: number) => void): void {
	const message = Buffer.alloc(4096);
	for (;;) {
		try {
			const length = native.syscall("recvfrom", socket, message, message.length, 0, null, null);
			const pid = beganIn(message.subarray(0, length));
			if (pid !== undefined) began(pid);
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === "EAGAIN") return;
			// More has happened than the socket holds.
			if (code !== "ENOBUFS") throw error;
		}
	}
}

/** The process that a message says has begun a program: what has happened, processor and time, thread, process. */
export function beganIn(message: Buffer): number | undefined {
	const isExec = message.length >= headerSize + 24 && message.readUInt32LE(headerSize) === processes.exec;
	return isExec ? message.readUInt32LE(headerSize + 20) : undefined;
}

/** Does something with this thread in the network namespace of the host. Nothing else runs on it meanwhile. */
function inHostNetwork<T>(native: Native, action: () => T): T {
	const [back, there] = [openSync("/proc/self/ns/net", "r"), openSync(`/proc/${hostProcess()}/ns/net`, "r")];
	try {
		native.syscall("setns", there, newNetwork);
		try {
			return action();
		} finally {
			native.syscall("setns", back, newNetwork);
		}
	} finally {
		closeSync(there);
		closeSync(back);
	}
}
