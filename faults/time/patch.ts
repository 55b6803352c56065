import { parseVdso, type VdsoImage } from "./elf.ts";
import { arm64 } from "./machine/arm64.ts";
import type { Machine } from "./machine/machine.ts";
import { x64 } from "./machine/x64.ts";
import { dataSize, decodeShares, encodeShares, type Share } from "./shares.ts";
import type { Range } from "./stopped.ts";

const machines: readonly Machine[] = [x64, arm64];

/** Bytes at a place of the image. */
export interface Piece {
	at: number;
	bytes: Buffer;
}

/**
 * How the vDSO of a kernel is changed: code and data of ours in bytes that nothing uses, and jumps to it at the beginnings of its
 * functions. Pure: it knows images, not processes. The same for all processes, for they all have the same image.
 */
export class Patch {
	/** The image as the kernel made it. */
	readonly pristine: Buffer;
	/** The code that functions lead to, without its data. */
	readonly code: Piece;
	/** What functions begin with instead; at most 8 bytes each, so that each is one write. */
	readonly entries: readonly Piece[];
	/** Whether clocks are read by the vDSO's own code; else by a system call. */
	readonly fast: boolean;

	/** @throws Error when this vDSO can't be patched, with the reason. */
	constructor(pristine: Buffer) {
		const image = parseVdso(pristine);
		const machine = machines.find(({ elf }) => elf === image.machine);
		if (!machine)
			throw new Error(`clocks are moved on x86-64 and arm64 only, and this is ELF machine ${image.machine}`);
		const { bytes, labels } = machine.code;
		const at = room(image, pristine.length, bytes.length);
		const place = (label: string): number => at + (labels[label] ?? 0);
		const found = machine.functions.flatMap(({ symbol, label }, index) => {
			const { at: from, size } = image.functions.get(symbol) ?? { at: 0, size: 0 };
			if (index === 0 && size === 0) throw new Error(`the vDSO of this kernel has no function ${symbol}`);
			return size < 8 ? [] : [{ from, body: pristine.subarray(from, from + size), to: place(label) }];
		});
		const [first] = found;
		const original = first && machine.original(first.body, first.from, place("original"));
		const code = Buffer.from(bytes.subarray(0, bytes.length - dataSize));
		(original ?? machine.systemCall).copy(code, labels["original"]);
		this.pristine = pristine;
		this.fast = original !== undefined;
		this.code = { at, bytes: code };
		this.entries = found.map(({ from, body, to }) => ({ at: from, bytes: machine.entry(body, from, to) }));
	}

	/** The data for shares, where it belongs. */
	data(shares: readonly Share[]): Piece {
		return { at: this.code.at + this.code.bytes.length, bytes: encodeShares(shares) };
	}

	/** What the kernel has in a place. */
	original({ at, bytes }: Piece): Piece {
		return { at, bytes: this.pristine.subarray(at, at + bytes.length) };
	}

	/** What the kernel has where code and data are. */
	get nothing(): Piece {
		const { from, to } = this.room;
		return { at: from, bytes: this.pristine.subarray(from, to) };
	}

	/**
	 * Where no thread may be while functions are led to our code or it or its data change: behind the first byte of what is
	 * overwritten, and in the code.
	 */
	get avoided(): Range[] {
		const inEntries = this.entries.map(({ at, bytes }) => ({ from: at + 1, to: at + bytes.length }));
		return [...inEntries, this.room];
	}

	/** Where code and data are. */
	get room(): Range {
		return { from: this.code.at, to: this.code.at + this.code.bytes.length + dataSize };
	}

	/** Shares that an image holds, whether its functions lead there or not. */
	sharesIn(image: Buffer): Share[] {
		const { at, bytes } = this.data([]);
		return decodeShares(image.subarray(at, at + bytes.length)) ?? [];
	}

	/** Whether an image has all of our code with these shares, and its functions lead to it. */
	isWhole(image: Buffer, shares: readonly Share[]): boolean {
		return [this.code, this.data(shares), ...this.entries].every((piece) => has(image, piece));
	}

	/** Whether an image is the kernel's own. */
	isPristine(image: Buffer): boolean {
		return image.equals(this.pristine);
	}

	/** Whether somebody else has changed an image where we don't, or in another way. */
	isForeign(image: Buffer): boolean {
		const rest = Buffer.from(image);
		const ours = this.entries.filter((entry) => has(image, entry)).map((entry) => this.original(entry));
		for (const { at, bytes } of [this.nothing, ...ours]) bytes.copy(rest, at);
		return !this.isPristine(rest);
	}
}

function has(image: Buffer, { at, bytes }: Piece): boolean {
	return image.subarray(at, at + bytes.length).equals(bytes);
}

/** A place of `size` bytes, aligned to 16: behind all that is not zero, or else behind all that programs use. */
function room({ end, tail }: VdsoImage, length: number, size: number): number {
	const places = [tail, end].map((from) => (from + 15) & ~15);
	const place = places.find((at) => at + size <= length);
	if (place === undefined) throw new Error(`the vDSO of this kernel has no room for ${size} bytes`);
	return place;
}
