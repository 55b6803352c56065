/** Machine code with names for places in it. */
export interface Code {
	bytes: Buffer;
	/** Offsets in `bytes`, by label. */
	labels: Readonly<Record<string, number>>;
}

/** How the distance to a label is written: into bytes of its own, or into the instruction of four bytes that ends there. */
interface Form {
	/** Bytes of its own. */
	size: number;
	write(bytes: Buffer, end: number, target: number): void;
}

const forms: Record<string, Form> = {
	/** x86-64: four bytes, or one, counted from behind them. */
	far: { size: 4, write: (bytes, end, target) => bytes.writeInt32LE(target - end, end - 4) },
	near: { size: 1, write: (bytes, end, target) => bytes.writeInt8(target - end, end - 1) },
	/** arm64: words from the instruction itself, in 26 bits (b, bl) or in 19 from bit 5 on (b.cond, cbz, cbnz). */
	b: { size: 0, write: (bytes, end, target) => orInto(bytes, end, bits((target - end + 4) / 4, 26)) },
	c: { size: 0, write: (bytes, end, target) => orInto(bytes, end, bits((target - end + 4) / 4, 19) << 5) },
	/** arm64: bytes from the instruction itself, for adr: two bits from bit 29 on, nineteen from bit 5 on. */
	adr: {
		size: 0,
		write: (bytes, end, target) => {
			const distance = target - end + 4;
			orInto(bytes, end, (bits(distance, 2) << 29) | (bits(distance >> 2, 19) << 5));
		},
	},
};

function bits(value: number, count: number): number {
	return value & (2 ** count - 1);
}

function orInto(bytes: Buffer, end: number, value: number): void {
	bytes.writeUInt32LE((bytes.readUInt32LE(end - 4) | value) >>> 0, end - 4);
}

/**
 * Makes machine code of a listing. A line is `label:`, `.space` and a number of bytes (zero), `.align` and a power of two, or the
 * bytes of an instruction in hexadecimal and, after two blanks or more, what they mean in the assembler's words: that is for
 * readers, and for the test that asks an assembler. `{label}` or `{label:form}` among the bytes is the distance to a label.
 *
 * @throws Error on what is none of these, and on a label that is missing: mistakes in the listing.
 */
export function assemble(listing: string): Code {
	const labels: Record<string, number> = {};
	const references: Reference[] = [];
	let hex = "";
	for (const line of listing.split("\n").map((text) => text.trim())) {
		const at = hex.length / 2;
		const [, label] = /^(\w+):$/.exec(line) ?? [];
		if (label !== undefined) labels[label] = at;
		else hex += room(line, at) ?? instruction(line, at, references);
	}
	const bytes = Buffer.from(hex, "hex");
	if (bytes.length * 2 !== hex.length) throw new Error("the listing holds something that is no byte");
	for (const { label, form, end } of references) {
		const target = labels[label];
		if (target === undefined) throw new Error(`the listing has no label ${JSON.stringify(label)}`);
		form.write(bytes, end, target);
	}
	return { bytes, labels };
}

/** A distance that is to be written when all labels are known. */
interface Reference {
	label: string;
	form: Form;
	/** Where its bytes, or the instruction that holds it, end. */
	end: number;
}

/** Zeros of a directive, in hexadecimal; undefined when the line is none. */
function room(line: string, at: number): string | undefined {
	const [, directive, count] = /^\.(space|align) (\d+)$/.exec(line) ?? [];
	if (directive === undefined) return undefined;
	return "00".repeat(directive === "space" ? Number(count) : -at & (Number(count) - 1));
}

/** Bytes of an instruction, in hexadecimal, with zeros where distances will be. */
function instruction(line: string, at: number, references: Reference[]): string {
	let hex = "";
	for (const item of (line.split(/ {2,}/)[0] ?? "").split(" ")) {
		const [, label, name = "far"] = /^\{(\w+)(?::(\w+))?\}$/.exec(item) ?? [];
		const form = forms[name];
		if (label === undefined || !form) hex += item;
		else {
			hex += "00".repeat(form.size);
			references.push({ label, form, end: at + hex.length / 2 });
		}
	}
	return hex;
}
