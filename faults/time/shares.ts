/** What one TimeChaos adds to clocks of a process. */
export interface Share {
	/** Id of the injection: 16 hexadecimal digits. */
	id: string;
	/** Ids of the clocks, as in `clock_gettime`. */
	clocks: readonly number[];
	seconds: number;
	/** 0 to 999 999 999, also when the seconds are negative. */
	nanoseconds: number;
}

/** Clocks that have a place in the table: all that Linux numbers from 0 to 11. */
const clocks = 12;
/** How many TimeChaos there may be on one process. */
export const mostShares = 4;
/** By this a process's own memory says that the code behind the clocks is ours. */
const mark = Buffer.from("pulumich");

/**
 * What a patched process holds behind the code: the mark, a table of what is added to each clock (seconds and nanoseconds, eight
 * bytes each), and the shares that it is the sum of (id, bits of the clocks, seconds, nanoseconds; an id of zero: free). The process
 * itself is where they are kept, so that each share can be taken out by its id, by a daemon that knows of no other.
 */
export const dataListing = `
  .align 8
mark:
  .space ${mark.length}
offsets:
  .space 8
nanoseconds:
  .space ${clocks * 16 - 8}
shares:
  .space ${mostShares * 32}
`;

/** Bytes that {@link encodeShares} makes. */
export const dataSize = mark.length + clocks * 16 + mostShares * 32;

/** The data for these shares, at most {@link mostShares}. Each clock gets the sum. */
export function encodeShares(shares: readonly Share[]): Buffer {
	const data = Buffer.alloc(dataSize);
	mark.copy(data);
	for (let clock = 0; clock < clocks; clock++) {
		const own = shares.filter((share) => share.clocks.includes(clock));
		const nanoseconds = own.reduce((sum, share) => sum + share.nanoseconds, 0);
		const seconds = own.reduce((sum, share) => sum + share.seconds, Math.floor(nanoseconds / 1e9));
		data.writeBigInt64LE(BigInt(seconds), mark.length + clock * 16);
		data.writeBigInt64LE(BigInt(nanoseconds % 1e9), mark.length + clock * 16 + 8);
	}
	for (const [index, share] of shares.entries()) {
		const at = mark.length + clocks * 16 + index * 32;
		data.write(share.id, at, 8, "hex");
		data.writeBigUInt64LE(BigInt(share.clocks.reduce((bits, clock) => bits | (1 << clock), 0)), at + 8);
		data.writeBigInt64LE(BigInt(share.seconds), at + 16);
		data.writeBigInt64LE(BigInt(share.nanoseconds), at + 24);
	}
	return data;
}

/** The shares that data holds; undefined when it does not begin with our mark. */
export function decodeShares(data: Buffer): Share[] | undefined {
	if (!data.subarray(0, mark.length).equals(mark)) return undefined;
	return Array.from({ length: mostShares }, (_, index) => mark.length + clocks * 16 + index * 32).flatMap((at) => {
		const id = data.toString("hex", at, at + 8);
		if (/^0+$/.test(id)) return [];
		const bits = data.readUInt32LE(at + 8);
		return [
			{
				id,
				clocks: Array.from({ length: clocks }, (_, clock) => clock).filter((clock) => bits & (1 << clock)),
				seconds: Number(data.readBigInt64LE(at + 16)),
				nanoseconds: Number(data.readBigInt64LE(at + 24)),
			},
		];
	});
}
