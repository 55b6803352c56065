/** What a vDSO says of itself. All places are offsets in its image. */
export interface VdsoImage {
	/** Kind of processor, as in the header of ELF files. */
	machine: number;
	/** Functions by name. */
	functions: ReadonlyMap<string, { at: number; size: number }>;
	/** End of what programs use; behind it there is only what debuggers read, and nothing. */
	end: number;
	/** End of all bytes that are not zero. */
	tail: number;
}

/** Types of program headers, and tags of the dynamic section. */
const load = 1;
const dynamic = 2;
const tags = { hash: 4, strings: 5, symbols: 6, gnuHash: 0x6fff_fef5 };

/**
 * Reads the image of a vDSO of 64 bits.
 *
 * @throws Error when it is none, such as that of a process of 32 bits.
 */
export function parseVdso(image: Buffer): VdsoImage {
	if (image.length < 64 || image.readUInt32BE(0) !== 0x7f45_4c46) throw new Error("the vDSO is no ELF image");
	if (image[4] !== 2 || image[5] !== 1) throw new Error("the process is one of 32 bits, whose clocks can't be moved");
	const word = (at: number): number => Number(image.readBigUInt64LE(at));
	const headers = Array.from({ length: image.readUInt16LE(56) }, (_, index) => {
		const at = word(32) + index * image.readUInt16LE(54);
		return { type: image.readUInt32LE(at), offset: word(at + 8), address: word(at + 16), size: word(at + 32) };
	});
	const loaded = headers.find(({ type }) => type === load);
	const section = headers.find(({ type }) => type === dynamic);
	if (!loaded || !section) throw new Error("the vDSO names no functions");
	const bias = loaded.address - loaded.offset;
	const entries = new Map<number, number>();
	for (let at = section.offset; at < section.offset + section.size && word(at) !== 0; at += 16) {
		entries.set(word(at), word(at + 8) - bias);
	}
	const place = (tag: number): number => entries.get(tag) ?? 0;
	const functions = new Map<string, { at: number; size: number }>();
	for (let index = 1; index < symbolCount(image, place(tags.hash), place(tags.gnuHash)); index++) {
		const at = place(tags.symbols) + index * 24;
		const name = place(tags.strings) + image.readUInt32LE(at);
		const symbol = { at: word(at + 8) - bias, size: word(at + 16) };
		functions.set(image.toString("latin1", name, image.indexOf(0, name)), symbol);
	}
	let tail = image.length;
	while (tail > 0 && image[tail - 1] === 0) tail--;
	return { machine: image.readUInt16LE(18), functions, end: loaded.offset + loaded.size, tail };
}

/** ELF has no count of symbols: it follows from the hash tables, of which there is the old one, the one of GNU, or both. */
function symbolCount(image: Buffer, hash: number, gnuHash: number): number {
	if (hash !== 0) return image.readUInt32LE(hash + 4);
	if (gnuHash === 0) throw new Error("the vDSO has no table of its functions");
	const buckets = image.readUInt32LE(gnuHash);
	const first = image.readUInt32LE(gnuHash + 4);
	const bucketsAt = gnuHash + 16 + image.readUInt32LE(gnuHash + 8) * 8;
	let last = 0;
	for (let index = 0; index < buckets; index++) last = Math.max(last, image.readUInt32LE(bucketsAt + index * 4));
	if (last < first) return first;
	// The lowest bit says that a chain ends.
	const chains = bucketsAt + buckets * 4;
	while ((image.readUInt32LE(chains + (last - first) * 4) & 1) === 0) last++;
	return last + 1;
}
