import { closeSync } from "node:fs";
import type { Native } from "../../node/native.ts";
import type { IpHeader } from "./ip-packet.ts";

const [ipv4, ipv6] = [2, 10];
const rawSocket = 3;
const rawProtocol = 255;
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;
const socketLevel = 1;
const [broadcast, bigSendBuffer, mark] = [6, 32, 36];
const [nameOfIndex, mtuOfName] = [0x8910, 0x8921];
const room = 8 * 1024 * 1024;
const dontWait = 0x40;
/** Milliseconds for which a device's MTU is believed. */
const mtuLife = 5000;

/** Sends packets as they are, header and all, out of the network namespace in which it was opened. */
export class RawSender {
	readonly #native: Native;
	readonly #send: (...args: (number | Buffer | null)[]) => number;
	readonly #sockets: Record<4 | 6, { descriptor: number; mark: number } | undefined>;
	readonly #address4 = Buffer.alloc(16);
	readonly #address6 = Buffer.alloc(28);
	readonly #mtus = new Map<number, { mtu: number; until: number }>();

	/** Opens it in the namespace that the thread is in. Throws a SyscallError; a kernel without IPv6 is none. */
	constructor(native: Native) {
		this.#native = native;
		this.#send = native.quick("sendto", ["number", "buffer", "number", "number", "buffer", "number"]);
		this.#address4.writeUInt16LE(ipv4, 0);
		this.#address6.writeUInt16LE(ipv6, 0);
		const open = (family: number): { descriptor: number; mark: number } => {
			const descriptor = native.syscall("socket", family, rawSocket | nonBlocking | closeOnExec, rawProtocol);
			this.#set(descriptor, bigSendBuffer, room);
			this.#set(descriptor, broadcast, 1);
			return { descriptor, mark: 0 };
		};
		this.#sockets = { 4: open(ipv4), 6: undefined };
		try {
			this.#sockets[6] = open(ipv6);
		} catch {
			// Nothing of IPv6 will ask for it.
		}
	}

	/** Sends a packet with a netfilter mark. Returns 0, or the errno. `device` is where link-local addresses are. */
	send(packet: Buffer, { family, destination }: IpHeader, netfilterMark: number, device: number): number {
		const socket = this.#sockets[family];
		if (!socket) return 97;
		if (socket.mark !== netfilterMark) {
			this.#set(socket.descriptor, mark, netfilterMark);
			socket.mark = netfilterMark;
		}
		const address = family === 4 ? this.#address4 : this.#address6;
		address.set(destination, family === 4 ? 4 : 8);
		// fe80::/10
		const local = family === 6 && destination[0] === 0xfe && ((destination[1] ?? 0) & 0xc0) === 0x80;
		if (family === 6) address.writeUInt32LE(local ? device : 0, 24);
		const result = this.#send(socket.descriptor, packet, packet.length, dontWait, address, address.length);
		return result < 0 ? -result : 0;
	}

	/** Bytes of the longest packet that goes through a device, by its number; 0 when it is not known (any more). */
	mtu(device: number): number {
		const now = performance.now();
		const known = this.#mtus.get(device);
		if (known && known.until > now) return known.mtu;
		const mtu = this.#lookUp(device);
		this.#mtus.set(device, { mtu, until: now + mtuLife });
		return mtu;
	}

	close(): void {
		for (const socket of Object.values(this.#sockets)) if (socket) closeSync(socket.descriptor);
	}

	#lookUp(device: number): number {
		const descriptor = this.#sockets[4]?.descriptor ?? -1;
		// struct ifreq: a name of 16 bytes, then the value.
		const request = Buffer.alloc(40);
		request.writeInt32LE(device, 16);
		try {
			this.#native.syscall("ioctl", descriptor, nameOfIndex, request);
			this.#native.syscall("ioctl", descriptor, mtuOfName, request);
			return request.readInt32LE(16);
		} catch {
			return 0;
		}
	}

	#set(descriptor: number, option: number, value: number): void {
		const bytes = Buffer.alloc(4);
		bytes.writeUInt32LE(value >>> 0);
		this.#native.syscall("setsockopt", descriptor, socketLevel, option, bytes, 4);
	}
}
