import { closeSync } from "node:fs";
import type { Native } from "../../node/native.ts";
import { errnoOf, messages } from "./netlink.ts";

const [netlink, raw, netfilter] = [16, 3, 12];
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;
const socketLevel = 1;
const netlinkLevel = 270;
const bigReceiveBuffer = 33;
const noBufferErrors = 5;
/** Bytes for what the kernel has to say and nobody has read yet. */
const room = 8 * 1024 * 1024;
/** Longest datagram of the kernel: a packet of 64 KiB with its attributes. */
const longest = 128 * 1024;

/** All sockets are read on one thread, one after the other. */
const datagram = Buffer.allocUnsafeSlow(longest);

/** A socket to netfilter in the network namespace in which it was opened. */
export class NfSocket {
	readonly descriptor: number;
	readonly #receive: (...args: (number | Buffer | null)[]) => number;
	readonly #send: (...args: (number | Buffer | null)[]) => number;

	/** Opens it in the namespace that the thread is in. Throws a SyscallError. */
	constructor(native: Native) {
		this.descriptor = native.syscall("socket", netlink, raw | nonBlocking | closeOnExec, netfilter);
		const value = Buffer.alloc(4);
		value.writeInt32LE(room);
		native.syscall("setsockopt", this.descriptor, socketLevel, bigReceiveBuffer, value, 4);
		value.writeInt32LE(1);
		native.syscall("setsockopt", this.descriptor, netlinkLevel, noBufferErrors, value, 4);
		this.#receive = native.quick("recvfrom", ["number", "buffer", "number", "number", "buffer", "buffer"]);
		this.#send = native.quick("sendto", ["number", "buffer", "number", "number", "buffer", "number"]);
	}

	/** The next datagram, for as long as nobody reads another one from any socket; undefined when there is none now. */
	read(): Buffer | undefined {
		const length = this.#receive(this.descriptor, datagram, longest, 0, null, null);
		return length > 0 ? datagram.subarray(0, length) : undefined;
	}

	/** Sends messages, in one datagram. Returns 0, or the errno. */
	send(message: Buffer): number {
		const result = this.#send(this.descriptor, message, message.length, 0, null, 0);
		return result < 0 ? -result : 0;
	}

	/**
	 * Sends messages of which some are to be acknowledged, and looks at what the kernel says to them: it has answered by the time it
	 * has taken them. Returns the first errno that is not 0. What else there is to read is lost.
	 */
	request(message: Buffer): number {
		const refused = this.send(message);
		if (refused !== 0) return refused;
		let errno = 0;
		for (let answer = this.read(); answer; answer = this.read()) {
			for (const each of messages(answer)) errno ||= errnoOf(answer, each) ?? 0;
		}
		return errno;
	}

	close(): void {
		closeSync(this.descriptor);
	}
}
