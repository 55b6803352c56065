/** Netlink messages as the kernel has them: fixed headers in the byte order of the machine, attributes padded to four bytes. */

/** Bytes of the header of a netlink message, and of the header of nfnetlink behind it. */
export const headerLength = 16;
export const nfHeaderLength = 4;

/** `NLM_F_*`. */
export const flags = { request: 1, acknowledge: 4, create: 0x400, append: 0x800 } as const;

const messageError = 2;
const nested = 0x8000;
const typeMask = 0x3fff;

/** One message of a datagram: its type, and where it lies. */
export interface Message {
	type: number;
	sequence: number;
	/** Where its payload begins and ends in the datagram. */
	start: number;
	end: number;
}

/** The messages of a datagram, as far as they are whole. */
export function messages(datagram: Buffer): Message[] {
	const found: Message[] = [];
	for (let at = 0; at + headerLength <= datagram.length; ) {
		const length = datagram.readUInt32LE(at);
		if (length < headerLength || at + length > datagram.length) break;
		const [type, sequence] = [datagram.readUInt16LE(at + 4), datagram.readUInt32LE(at + 8)];
		found.push({ type, sequence, start: at + headerLength, end: at + length });
		at += align(length);
	}
	return found;
}

/** The errno that an acknowledgement carries, 0 for success; undefined when a message is none. */
export function errnoOf(datagram: Buffer, { type, start, end }: Message): number | undefined {
	return type === messageError && end - start >= 4 ? Math.abs(datagram.readInt32LE(start)) : undefined;
}

/** Where attributes of these types lie between two places of a datagram, without their headers. Others are passed over. */
export function attributes(datagram: Buffer, start: number, end: number): Map<number, Buffer> {
	const found = new Map<number, Buffer>();
	for (let at = start; at + 4 <= end; ) {
		const length = datagram.readUInt16LE(at);
		if (length < 4 || at + length > end) break;
		found.set(datagram.readUInt16LE(at + 2) & typeMask, datagram.subarray(at + 4, at + length));
		at += align(length);
	}
	return found;
}

/** An attribute with these bytes. */
export function attribute(type: number, ...parts: Uint8Array[]): Buffer {
	const value = Buffer.concat(parts);
	const whole = Buffer.alloc(align(4 + value.length));
	whole.writeUInt16LE(4 + value.length, 0);
	whole.writeUInt16LE(type, 2);
	value.copy(whole, 4);
	return whole;
}

/** An attribute that holds attributes. */
export function nest(type: number, ...parts: Uint8Array[]): Buffer {
	return attribute(type | nested, ...parts);
}

/** A text with its end, as the kernel reads names. */
export function text(value: string): Buffer {
	return Buffer.from(`${value}\0`);
}

/** A number of 32 or 16 bits in the byte order of the network. */
export function be32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value >>> 0);
	return bytes;
}

export function be16(value: number): Buffer {
	const bytes = Buffer.alloc(2);
	bytes.writeUInt16BE(value);
	return bytes;
}

/** What a message of nfnetlink is besides its attributes. */
export interface NfMessage {
	type: number;
	flags: number;
	sequence?: number;
	/** Protocol family, `NFPROTO_*`. */
	family?: number;
	/** What it is about: the number of a queue, or of a subsystem. */
	resource?: number;
}

/** A message of nfnetlink. */
export function nfMessage(
	{ type, flags, sequence = 0, family = 0, resource = 0 }: NfMessage,
	...parts: Uint8Array[]
): Buffer {
	const body = Buffer.concat(parts);
	const message = Buffer.alloc(headerLength + nfHeaderLength + body.length);
	message.writeUInt32LE(message.length, 0);
	message.writeUInt16LE(type, 4);
	message.writeUInt16LE(flags, 6);
	message.writeUInt32LE(sequence, 8);
	message.writeUInt8(family, headerLength);
	message.writeUInt16BE(resource, headerLength + 2);
	body.copy(message, headerLength + nfHeaderLength);
	return message;
}

function align(length: number): number {
	return (length + 3) & ~3;
}
