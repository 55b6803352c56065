import { closeSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { loadNative } from "../../../faults/node/native.ts";

it("makes system calls", async () => {
	const { syscall } = await loadNative();
	const descriptor = syscall("pidfd_open", process.pid, 0);
	expect(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8")).toContain(`Pid:\t${process.pid}\n`);
	closeSync(descriptor);
});

it("names the call that failed, what it was given and why", async () => {
	const { syscall } = await loadNative();
	expect(() => syscall("setns", -1, 0x4000_0000)).toThrow("setns(-1, 1073741824): EBADF: bad file descriptor");
	expect(() => syscall("bind", -1, Buffer.alloc(12), 12)).toThrow(
		"bind(-1, <12 bytes>, 12): EBADF: bad file descriptor",
	);
	expect(() => syscall("setns", -1, 0)).toThrow(expect.objectContaining({ code: "EBADF", errno: 9, syscall: "setns" }));
});

it("takes buffers as addresses, and tells when a descriptor can be read", async () => {
	const { syscall, whenReadable } = await loadNative();
	const [netlink, datagram, nonBlocking] = [16, 2, 0o4000];
	const socket = syscall("socket", netlink, datagram | nonBlocking, 0);
	try {
		const readable = new Promise<void>((resolve) => {
			const watch = whenReadable(socket, () => {
				watch.close();
				resolve();
			});
		});
		const answer = Buffer.alloc(4096);
		expect(() => syscall("recvfrom", socket, answer, answer.length, 0, null, null)).toThrow("EAGAIN");
		// A header with a type that rtnetlink does not know, and with the wish for an acknowledgement.
		const request = Buffer.alloc(16);
		request.writeUInt32LE(request.length, 0);
		request.writeUInt16LE(5, 6);
		syscall("sendto", socket, request, request.length, 0, null, 0);
		await readable;
		const length = syscall("recvfrom", socket, answer, answer.length, 0, null, null);
		expect(length).toBe(answer.readUInt32LE(0));
	} finally {
		closeSync(socket);
	}
});
