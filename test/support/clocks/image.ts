/** A function of a made-up vDSO. */
export interface Made {
	name: string;
	code: Buffer;
}

/** What a made-up vDSO is like. */
export interface Make {
	/** Number of the processor. */
	machine: number;
	functions: readonly Made[];
	/** Which table of symbols it has. */
	hash?: "old" | "gnu";
	/** Bytes of the whole. */
	size?: number;
}

/** Where functions begin; each has 256 bytes of room. */
export const firstFunction = 0x400;

/** The image of a vDSO with these functions: an ELF file of 64 bits as small as it can be. */
export function vdsoImage({ machine, functions, hash = "old", size = 4096 }: Make): Buffer {
	const image = Buffer.alloc(size);
	Buffer.from("7f454c46020101", "hex").copy(image);
	image.writeUInt16LE(3, 16);
	image.writeUInt16LE(machine, 18);
	image.writeBigUInt64LE(64n, 32);
	image.writeUInt16LE(56, 54);
	image.writeUInt16LE(2, 56);
	const end = firstFunction + functions.length * 0x100;
	header(image, 64, { type: 1, at: 0, size: end });
	header(image, 120, { type: 2, at: 0x100, size: 5 * 16 });
	const tables = { strings: 0x200, symbols: 0x280, hash: 0x380 };
	const entries = [
		[hash === "old" ? 4 : 0x6fff_fef5, tables.hash],
		[5, tables.strings],
		[6, tables.symbols],
	];
	for (const [index, [tag = 0, value = 0]] of entries.entries()) {
		image.writeBigUInt64LE(BigInt(tag), 0x100 + index * 16);
		image.writeBigUInt64LE(BigInt(value), 0x108 + index * 16);
	}
	let name = tables.strings + 1;
	for (const [index, { name: text, code }] of functions.entries()) {
		const symbol = tables.symbols + (index + 1) * 24;
		image.writeUInt32LE(name - tables.strings, symbol);
		image.writeBigUInt64LE(BigInt(firstFunction + index * 0x100), symbol + 8);
		image.writeBigUInt64LE(BigInt(code.length), symbol + 16);
		code.copy(image, firstFunction + index * 0x100);
		name += image.write(text, name, "latin1") + 1;
	}
	// The old table says how many there are; in GNU's one bucket begins with the first, and the last is marked.
	if (hash === "old") image.writeUInt32LE(functions.length + 1, tables.hash + 4);
	else {
		for (const [index, word] of [1, 1, 1].entries()) image.writeUInt32LE(word, tables.hash + index * 4);
		image.writeUInt32LE(1, tables.hash + 24);
		image.writeUInt32LE(1, tables.hash + 28 + (functions.length - 1) * 4);
	}
	return image;
}

function header(image: Buffer, place: number, { type, at, size }: { type: number; at: number; size: number }): void {
	image.writeUInt32LE(type, place);
	image.writeBigUInt64LE(BigInt(at), place + 8);
	image.writeBigUInt64LE(BigInt(at), place + 16);
	image.writeBigUInt64LE(BigInt(size), place + 32);
}
