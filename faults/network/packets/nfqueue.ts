import { attribute, be16, be32, flags, type Message, nfHeaderLength, nfMessage } from "./netlink.ts";

/** The kernel's queues for packets that a program decides on: linux/netfilter/nfnetlink_queue.h. */

const subsystem = 3 << 8;
const types = { packet: subsystem, verdict: subsystem | 1, config: subsystem | 2 };
const configAttributes = { command: 1, params: 2, longest: 3, mask: 4, flags: 5 };
const packetAttributes = { header: 1, verdict: 2, mark: 3, outDevice: 6, payload: 10, length: 13 };
const bind = 1;
const copyPacket = 2;
/** Packets are let through, not dropped, when there is no room for them; and come as large as the kernel has them. */
const failOpen = 1;
const gso = 4;

/** What becomes of a packet. */
export const verdicts = { drop: 0, accept: 1 } as const;

/** How a queue is set up. */
export interface QueueOptions {
	/** Number in the network namespace. */
	number: number;
	/** Bytes of each packet that are handed over. */
	copy: number;
	/** Packets that may wait for a verdict. */
	longest: number;
	/** Whether packets come as the kernel has put them together, and not cut for the wire. */
	whole: boolean;
}

/** Messages that make a queue, in order; each is to be acknowledged. */
export function bindQueue({ number, copy, longest, whole }: QueueOptions): Buffer[] {
	const config = (...parts: Uint8Array[]): Buffer =>
		nfMessage({ type: types.config, flags: flags.request | flags.acknowledge, resource: number }, ...parts);
	const wanted = failOpen | (whole ? gso : 0);
	return [
		config(attribute(configAttributes.command, Buffer.from([bind, 0]), be16(0))),
		config(attribute(configAttributes.params, be32(copy), Buffer.from([copyPacket]))),
		config(attribute(configAttributes.longest, be32(longest))),
		config(attribute(configAttributes.mask, be32(failOpen | gso)), attribute(configAttributes.flags, be32(wanted))),
	];
}

/** A packet that waits for a verdict. */
export interface QueuedPacket {
	id: number;
	/** From where IP begins, as far as it was handed over. Shares memory with the datagram that it came in. */
	payload: Buffer;
	/** Bytes of all of it. */
	length: number;
	/** Netfilter mark; 0: none. */
	mark: number;
	/** Number of the device that it would leave by; 0: it comes in. */
	outDevice: number;
}

/** The packet that a message of the kernel brings; undefined when it brings none. */
export function packetOf(datagram: Buffer, { type, start, end }: Message): QueuedPacket | undefined {
	if (type !== types.packet) return undefined;
	const packet: QueuedPacket = { id: -1, payload: nothing, length: 0, mark: 0, outDevice: 0 };
	// One by one, without a table of them: there are many packets.
	for (let at = start + nfHeaderLength; at + 4 <= end; ) {
		const size = datagram.readUInt16LE(at);
		if (size < 4 || at + size > end) break;
		read(packet, datagram.readUInt16LE(at + 2), datagram, at + 4, at + size);
		at += (size + 3) & ~3;
	}
	if (packet.id < 0) return undefined;
	// Only what was cut has its length.
	packet.length ||= packet.payload.length;
	return packet;
}

const nothing: Buffer = Buffer.alloc(0);

/** Reads one attribute. */
function read(packet: QueuedPacket, name: number, datagram: Buffer, start: number, end: number): void {
	if (name === packetAttributes.payload) packet.payload = datagram.subarray(start, end);
	if (end - start < 4) return;
	const value = datagram.readUInt32BE(start);
	if (name === packetAttributes.header) packet.id = value;
	else if (name === packetAttributes.mark) packet.mark = value;
	else if (name === packetAttributes.outDevice) packet.outDevice = value;
	else if (name === packetAttributes.length) packet.length = value;
}

/** A verdict without a payload: headers, and one attribute of eight bytes. */
const verdictLength = 32;

/** Verdicts on packets of a queue, put together for one datagram. Nobody acknowledges them. */
export class Verdicts {
	readonly #queue: number;
	#buffer = Buffer.alloc(64 * verdictLength);
	#length = 0;

	constructor(queue: number) {
		this.#queue = queue;
	}

	/** Adds a verdict on one packet, with another payload if one is given. */
	add(id: number, verdict: number, payload?: Uint8Array): void {
		const own = payload ? verdictLength + 4 + payload.length : verdictLength;
		const start = this.#length;
		this.#reserve((own + 3) & ~3);
		const buffer = this.#buffer;
		buffer.writeUInt32LE(own, start);
		buffer.writeUInt16LE(types.verdict, start + 4);
		buffer.writeUInt16LE(flags.request, start + 6);
		buffer.writeUInt16BE(this.#queue, start + 18);
		buffer.writeUInt16LE(12, start + 20);
		buffer.writeUInt16LE(packetAttributes.verdict, start + 22);
		buffer.writeUInt32BE(verdict, start + 24);
		buffer.writeUInt32BE(id, start + 28);
		if (!payload) return;
		buffer.writeUInt16LE(4 + payload.length, start + verdictLength);
		buffer.writeUInt16LE(packetAttributes.payload, start + verdictLength + 2);
		buffer.set(payload, start + verdictLength + 4);
	}

	/** Takes them all out; undefined when there are none. What is returned is overwritten by the next ones. */
	take(): Buffer | undefined {
		const taken = this.#length === 0 ? undefined : this.#buffer.subarray(0, this.#length);
		this.#length = 0;
		return taken;
	}

	#reserve(length: number): void {
		if (this.#length + length > this.#buffer.length) {
			this.#buffer = Buffer.concat([this.#buffer], 2 * (this.#buffer.length + length));
		}
		this.#buffer.fill(0, this.#length, this.#length + length);
		this.#length += length;
	}
}
