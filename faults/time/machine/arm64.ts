import { dataListing } from "../shares.ts";
import { assemble } from "./listing.ts";
import type { Machine } from "./machine.ts";

/** In the calling convention of AAPCS64: only registers that a caller does not count on are changed. There is no `time` here. */
const listing = `
clock_gettime:
  fd 7b be a9             stp x29, x30, [sp, #-32]!
  e0 07 01 a9             stp x0, x1, [sp, #16]
  00 00 00 94 {original:b}  bl original
  e2 07 41 a9             ldp x2, x1, [sp, #16]
  fd 7b c2 a8             ldp x29, x30, [sp], #32
  00 00 00 35 {got:c}     cbnz w0, got
  5f 2c 00 71             cmp w2, #11
  08 00 00 54 {got:c}     b.hi got
  03 00 00 10 {offsets:adr}  adr x3, offsets
  63 50 22 8b             add x3, x3, w2, uxtw #4
  64 14 40 a9             ldp x4, x5, [x3]
  26 1c 40 a9             ldp x6, x7, [x1]
  c6 00 04 8b             add x6, x6, x4
  e7 00 05 8b             add x7, x7, x5
  08 40 99 52             mov w8, #51712
  48 73 a7 72             movk w8, #15258, lsl #16
  ff 00 08 eb             cmp x7, x8
  0b 00 00 54 {within:c}  b.lt within
  e7 00 08 cb             sub x7, x7, x8
  c6 04 00 91             add x6, x6, #1
within:
  26 1c 00 a9             stp x6, x7, [x1]
got:
  c0 03 5f d6             ret
gettimeofday:
  00 00 00 b4 {zone:c}    cbz x0, zone
  fd 7b bd a9             stp x29, x30, [sp, #-48]!
  e0 07 01 a9             stp x0, x1, [sp, #16]
  e1 83 00 91             add x1, sp, #32
  00 00 80 52             mov w0, #0
  00 00 00 94 {clock_gettime:b}  bl clock_gettime
  e2 0f 42 a9             ldp x2, x3, [sp, #32]
  e0 07 41 a9             ldp x0, x1, [sp, #16]
  fd 7b c3 a8             ldp x29, x30, [sp], #48
  04 7d 80 d2             mov x4, #1000
  63 08 c4 9a             udiv x3, x3, x4
  02 0c 00 a9             stp x2, x3, [x0]
zone:
  01 00 00 b4 {said:c}    cbz x1, said
  00 00 80 d2             mov x0, #0
  28 15 80 d2             mov x8, #169
  01 00 00 d4             svc #0
said:
  00 00 80 52             mov w0, #0
  c0 03 5f d6             ret
original:
  .space 16
${dataListing}`;

/** Landing pads of indirect calls, which must stay where they are; the second one also signs the return address. */
const btiC = 0xd503_245f;
const signing = [0xd503_233f, 0xd503_237f];

/** arm64. An instruction is four bytes, and a write of one that is aligned is whole. */
export const arm64: Machine = {
	elf: 183,
	code: assemble(listing.trim()),
	functions: [
		{ symbol: "__kernel_clock_gettime", label: "clock_gettime" },
		{ symbol: "__kernel_gettimeofday", label: "gettimeofday" },
	],
	original(body, from, to) {
		const { skipped, moved } = beginning(body);
		const rest = skipped + moved.length;
		if (!canMove(body, skipped, rest)) return undefined;
		return Buffer.concat([moved, branch(to + moved.length, from + rest)]);
	},
	// mov x8, #113 (clock_gettime); svc #0; ret
	systemCall: Buffer.from("280e80d2010000d4c0035fd6", "hex"),
	entry(body, from, to) {
		const { skipped, pad } = beginning(body);
		const at = skipped + pad.length;
		return Buffer.concat([body.subarray(0, skipped), pad, branch(from + at, to)]);
	},
};

/**
 * How a function begins: with a landing pad that stays (`skipped` bytes), with one that signs, in whose place a plain one (`pad`)
 * comes, or with neither. `moved` is what is overwritten.
 */
function beginning(body: Buffer): { skipped: number; pad: Buffer; moved: Buffer } {
	const none = Buffer.alloc(0);
	const first = body.readUInt32LE(0);
	if (first === btiC) return { skipped: 4, pad: none, moved: body.subarray(4, 8) };
	if (!signing.includes(first)) return { skipped: 0, pad: none, moved: body.subarray(0, 4) };
	const pad = Buffer.alloc(4);
	pad.writeUInt32LE(btiC);
	return { skipped: 0, pad, moved: body.subarray(0, 8) };
}

/** Whether what is moved means the same elsewhere, and no branch of the function leads back to it. */
function canMove(body: Buffer, from: number, to: number): boolean {
	for (let at = 0; at + 4 <= body.length; at += 4) {
		const instruction = body.readUInt32LE(at);
		const relative = distanceOf(instruction);
		const inside = at >= from && at < to;
		if (inside && (relative !== undefined || isAddress(instruction))) return false;
		if (!inside && relative !== undefined && at + relative >= from && at + relative < to) return false;
	}
	return true;
}

/** How far a branch leads, in bytes; undefined when it is none, or one by a register. */
function distanceOf(instruction: number): number | undefined {
	const signed = (lowest: number, count: number): number =>
		((instruction << (32 - lowest - count)) >> (32 - count)) * 4;
	if ((instruction & 0x7c00_0000) === 0x1400_0000) return signed(0, 26); // b, bl
	if ((instruction & 0xff00_0000) >>> 0 === 0x5400_0000) return signed(5, 19); // b.cond
	if ((instruction & 0x7e00_0000) === 0x3400_0000) return signed(5, 19); // cbz, cbnz
	if ((instruction & 0x7e00_0000) === 0x3600_0000) return signed(5, 14); // tbz, tbnz
	return undefined;
}

/** adr, adrp, and loads of what stands near the instruction. */
function isAddress(instruction: number): boolean {
	return (instruction & 0x1f00_0000) === 0x1000_0000 || (instruction & 0x3b00_0000) === 0x1800_0000;
}

function branch(from: number, to: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE((0x1400_0000 | (((to - from) / 4) & 0x03ff_ffff)) >>> 0);
	return bytes;
}
