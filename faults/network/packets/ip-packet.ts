/** What is read of a packet of IP. */
export interface IpHeader {
	family: 4 | 6;
	/** Bytes before the payload: the fixed header and its options, without extension headers of IPv6. */
	headerLength: number;
	/** Where the destination's address is in the packet. */
	destination: Uint8Array;
}

/** Reads the header of a packet; undefined when it is none of IPv4 or IPv6, or not whole. */
export function ipHeader(packet: Uint8Array): IpHeader | undefined {
	const first = packet[0] ?? 0;
	if (first >> 4 === 4) {
		const headerLength = (first & 15) * 4;
		if (headerLength < 20 || packet.length < headerLength) return undefined;
		return { family: 4, headerLength, destination: packet.subarray(16, 20) };
	}
	if (first >> 4 === 6 && packet.length >= 40) {
		return { family: 6, headerLength: 40, destination: packet.subarray(24, 40) };
	}
	return undefined;
}

/** Whether a packet is for one receiver, and not for a group or for everybody on the link. */
export function isUnicast({ family, destination }: IpHeader): boolean {
	const first = destination[0] ?? 0;
	return family === 6 ? first !== 0xff : first < 224;
}

/**
 * Turns one bit of the payload, chosen by chance; of a packet without one, nothing. The checksum of the payload stays as it was, so
 * that the receiver notices, as it does behind the kernel's netem.
 *
 * @param random - a number from 0 up to, not including, 1
 */
export function corruptBit(packet: Uint8Array, { headerLength }: IpHeader, random: () => number): void {
	const bits = (packet.length - headerLength) * 8;
	if (bits <= 0) return;
	const bit = headerLength * 8 + Math.floor(random() * bits);
	packet[bit >> 3] = (packet[bit >> 3] ?? 0) ^ (1 << (bit & 7));
}
