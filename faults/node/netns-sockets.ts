import { closeSync, openSync } from "node:fs";
import type { Native } from "./native.ts";

const newNetwork = 0x4000_0000;

/**
 * Does something on this thread within the network namespace that a file stands for, such as opening sockets, which stay there.
 * Only what is done before it returns: nothing asynchronous. Throws what `task` throws, and a SyscallError.
 *
 * @example within(native, openSync("/proc/17/ns/net", "r"), () => native.syscall("socket", 2, 3, 255))
 */
export function within<T>(native: Native, namespace: number, task: () => T): T {
	return andBack(native, () => native.syscall("setns", namespace, newNetwork), task);
}

/** The same in a namespace that is made for it, and ends when nothing that was opened there is left. */
export function withinNew<T>(native: Native, task: () => T): T {
	return andBack(native, () => native.syscall("unshare", newNetwork), task);
}

function andBack<T>(native: Native, enter: () => void, task: () => T): T {
	const home = openSync("/proc/thread-self/ns/net", "r");
	try {
		enter();
		try {
			return task();
		} finally {
			native.syscall("setns", home, newNetwork);
		}
	} finally {
		closeSync(home);
	}
}
