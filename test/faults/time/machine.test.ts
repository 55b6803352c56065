import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { arm64 } from "../../../faults/time/machine/arm64.ts";
import { assemble } from "../../../faults/time/machine/listing.ts";
import { wholeInstructions } from "../../../faults/time/machine/prologue.ts";
import { x64 } from "../../../faults/time/machine/x64.ts";
import { root } from "../../../tools/lib/paths.ts";
import { onPath } from "../../../tools/lib/search-path.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

/** The words of a listing, without the bytes. */
function wordsOf(machine: "x64" | "arm64"): string {
	const source = readFileSync(join(root, `faults/time/machine/${machine}.ts`), "utf8");
	const [, listing = ""] = /const listing = `\n(.*?)\$\{dataListing\}`/s.exec(source) ?? [];
	return `${listing}
offsets: .space 8
nanoseconds: .space 8
`.replace(/^ {2}(?:[0-9a-f]{2} ?|\{\w+(?::\w+)?\} ?)+ {2,}/gm, "\t");
}

/** What an assembler makes of the words. */
function assembled(words: string, run: (source: string, object: string) => void): Buffer {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-as-"));
	try {
		const [source, object] = [join(folder, "code.s"), join(folder, "code.o")];
		writeFileSync(source, words);
		run(source, object);
		// The section .text: of all of an object file, the only one that is code.
		const file = readFileSync(object);
		const word = (at: number): number => Number(file.readBigUInt64LE(at));
		for (let index = 0; index < file.readUInt16LE(60); index++) {
			const at = word(40) + index * 64;
			if ((word(at + 8) & 4) !== 0) return file.subarray(word(at + 24), word(at + 24) + word(at + 32));
		}
		throw new Error("the object file has no code");
	} finally {
		rmSync(folder, { recursive: true });
	}
}

describe("the machine code is what its words say", () => {
	it.skipIf(onPath("as") === undefined || process.arch !== "x64")("for x86-64", () => {
		const text = assembled(
			`.intel_syntax noprefix\n${wordsOf("x64").replace(/^ *\.align/gm, ".balign")}`,
			(source, object) => execFileSync("as", ["--64", "-o", object, source]),
		);
		const end = x64.code.labels["original"] ?? 0;
		expect(text.subarray(0, end)).toEqual(
			// Data begins where the assembler has it: right behind the room for the original.
			assemble(readListing("x64")).bytes.subarray(0, end),
		);
	});

	it.skipIf(onPath("llvm-mc") === undefined)("for arm64", () => {
		const text = assembled(wordsOf("arm64"), (source, object) =>
			execFileSync("llvm-mc", ["--triple=aarch64", "--filetype=obj", "-o", object, source]),
		);
		const end = arm64.code.labels["original"] ?? 0;
		expect(text.subarray(0, end)).toEqual(assemble(readListing("arm64")).bytes.subarray(0, end));
	});
});

/** A listing with the data of the test above. */
function readListing(machine: "x64" | "arm64"): string {
	const source = readFileSync(join(root, `faults/time/machine/${machine}.ts`), "utf8");
	const [, listing = ""] = /const listing = `\n(.*?)\$\{dataListing\}`/s.exec(source) ?? [];
	return `${listing}offsets:\n.space 8\nnanoseconds:\n.space 8`;
}

describe("a listing", () => {
	it("has room, alignment, and distances that are counted from behind them", () => {
		const { bytes, labels } = assemble(
			"start:\n90  nop\neb {start:near}  jmp start\n.align 4\ne9 {end}  jmp end\n.space 2\nend:",
		);
		expect(bytes.toString("hex")).toBe("90ebfd00e9020000000000");
		expect(labels).toEqual({ start: 0, end: 11 });
	});

	it.each([
		["eb {nowhere:near}  jmp nowhere", 'the listing has no label "nowhere"'],
		["xy  what", "the listing holds something that is no byte"],
	])("%j is a mistake", (line, message) => {
		expect(() => assemble(line)).toThrow(message);
	});
});

describe("the first instructions of an x86-64 function", () => {
	const padded = (text: string): Buffer => Buffer.concat([hex(text), Buffer.alloc(64, 0x90)]);

	it.each<[string, string, number | undefined]>([
		["push rbp; mov rbp, rsp; push r14", "55 48 89 e5 41 56", 6],
		["endbr64; push rbp", "f3 0f 1e fa 55 48 89 e5", 5],
		["push r15; push r14; push rbx", "41 57 41 56 53", 5],
		["sub rsp, 24; mov ecx, edi", "48 83 ec 18 89 f9", 6],
		["lea r10, [rsp + 8]", "4c 8d 54 24 08", 5],
		["mov eax, 5", "b8 05 00 00 00", 5],
		["lea rax, [rip + 16]", "48 8d 05 10 00 00 00", undefined],
		["mov rax, [rdi]", "48 8b 07 90 90", undefined],
		["jne", "55 75 10 90 90 90", undefined],
		["ret within them", "55 c3 90 90 90", undefined],
	])("%s", (_words, bytes, length) => {
		expect(wholeInstructions(padded(bytes), 5)).toBe(length);
	});

	it("can't be moved when a jump may lead back into them", () => {
		const body = padded("55 48 89 e5 41 56");
		hex("eb f1").copy(body, 14);
		expect(wholeInstructions(body, 5)).toBeUndefined();
		hex("eb ee").copy(body, 14);
		expect(wholeInstructions(body, 5)).toBe(6);
		hex("0f 84 e3 ff ff ff").copy(body, 24);
		expect(wholeInstructions(body, 5)).toBeUndefined();
	});
});

describe("the beginning of an arm64 function", () => {
	// nop, nop, ret behind it.
	const body = (text: string): Buffer => Buffer.concat([hex(text), hex("1f2003d5 1f2003d5 c0035fd6")]);
	const branch = (words: number): string => {
		const bytes = Buffer.alloc(4);
		bytes.writeUInt32LE(0x1400_0000 + words);
		return bytes.toString("hex");
	};

	it.each([
		["an instruction that goes elsewhere", "fd7bbea9", branch(64), `fd7bbea9${branch(0x3ff_ffc0)}`],
		["a landing pad that stays", "5f2403d5 fd7bbea9", `5f2403d5${branch(63)}`, `fd7bbea9${branch(0x3ff_ffc1)}`],
		[
			"a signed return address, with a landing pad in its place",
			"3f2303d5 fd7bbea9",
			`5f2403d5${branch(63)}`,
			`3f2303d5fd7bbea9${branch(0x3ff_ffc0)}`,
		],
	])("%s", (_what, bytes, entry, original) => {
		expect(arm64.entry(body(bytes), 0, 256).toString("hex")).toBe(entry);
		expect(arm64.original(body(bytes), 0, 256)?.toString("hex")).toBe(original);
	});

	it.each([
		["it is a branch", "02000054"],
		["it is an address", "00000010"],
		["it loads what is near", "40000058"],
		["a branch leads back to it", "1f2003d5 ffffff17"],
	])("can't be moved when %s", (_why, bytes) => {
		expect(arm64.original(body(bytes), 0, 256)).toBeUndefined();
	});
});
