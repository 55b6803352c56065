import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseVdso } from "../../../faults/time/elf.ts";
import { Patch } from "../../../faults/time/patch.ts";
import { onPath } from "../../../tools/lib/search-path.ts";
import { firstFunction, vdsoImage } from "../../support/clocks/image.ts";
import { vdso } from "../../support/clocks/vdso.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const share = { id: "0123456789abcdef", clocks: [0], seconds: 3600, nanoseconds: 999_999_999 };
const x64Functions = [
	{ name: "__vdso_clock_gettime", code: hex("55 48 89 e5 41 56 b8 e4 00 00 00 0f 05 41 5e 5d c3") },
	{ name: "__vdso_gettimeofday", code: hex("31 c0 c3 90 90 90 90 90") },
	{ name: "__vdso_time", code: hex("31 c0 c3 90 90 90 90 90") },
];
const image = (machine: number, functions = x64Functions, size = 4096): Buffer =>
	vdsoImage({ machine, functions, size });

/** The image with all of a patch. */
function patched(patch: Patch, shares = [share]): Buffer {
	const changed = Buffer.from(patch.pristine);
	for (const { at, bytes } of [patch.data(shares), patch.code, ...patch.entries]) bytes.copy(changed, at);
	return changed;
}

describe("the image of a vDSO", () => {
	it.each(["old", "gnu"] as const)("names its functions, by the table of symbols: %s", (hash) => {
		const { functions, machine } = parseVdso(vdsoImage({ machine: 62, functions: x64Functions, hash }));
		expect(machine).toBe(62);
		expect([...functions.keys()]).toEqual(x64Functions.map(({ name }) => name));
		expect(functions.get("__vdso_time")).toEqual({ at: firstFunction + 0x200, size: 8 });
	});

	it("is that of this kernel, too, whose clock is read fast", () => {
		const patch = new Patch(vdso("self"));
		expect(patch.fast).toBe(true);
		expect(patch.entries).toHaveLength(process.arch === "x64" ? 3 : 2);
	});

	it.each<[string, Buffer, string]>([
		[
			"of 32 bits",
			hex(`7f454c46 0101${"00".repeat(80)}`),
			"the process is one of 32 bits, whose clocks can't be moved",
		],
		["that is none", Buffer.alloc(4096), "the vDSO is no ELF image"],
		["of another processor", image(243), "clocks are moved on x86-64 and arm64 only, and this is ELF machine 243"],
		[
			"without the clock",
			image(62, x64Functions.slice(1)),
			"the vDSO of this kernel has no function __vdso_clock_gettime",
		],
		[
			"without room",
			image(62, x64Functions, 0x800),
			/^the vDSO of this kernel has no room for \d+ bytes$/ as unknown as string,
		],
	])("one %s is refused", (_what, bytes, message) => {
		expect(() => new Patch(bytes)).toThrow(message);
	});
});

describe("a patch", () => {
	it("goes where debuggers read when there is no room behind all", () => {
		const full = image(62);
		full[full.length - 1] = 1;
		const patch = new Patch(full);
		expect(patch.code.at).toBe(firstFunction + 0x300);
		expect(patch.isForeign(patched(patch))).toBe(false);
	});

	it("asks the kernel where the beginning of the function can't be moved", () => {
		const [clock, ...others] = x64Functions;
		const odd = { name: clock?.name ?? "", code: hex("48 8b 05 00 00 00 00 c3 90 90") };
		const patch = new Patch(image(62, [odd, ...others]));
		expect(patch.fast).toBe(false);
		expect(patch.code.bytes.includes(hex("b8 e4 00 00 00 0f 05 c3"))).toBe(true);
	});

	it("is told from the kernel's own image, from half of itself, and from what others have done", () => {
		const patch = new Patch(image(62));
		const whole = patched(patch);
		expect(patch.isPristine(patch.pristine)).toBe(true);
		expect(patch.isWhole(whole, [share])).toBe(true);
		expect(patch.isWhole(whole, [{ ...share, seconds: 1 }])).toBe(false);
		expect(patch.isWhole(patch.pristine, [])).toBe(false);
		expect(patch.sharesIn(whole)).toEqual([share]);
		expect(patch.sharesIn(patch.pristine)).toEqual([]);

		const half = Buffer.from(whole);
		const [entry] = patch.entries;
		if (entry) patch.original(entry).bytes.copy(half, entry.at);
		expect(patch.isWhole(half, [share])).toBe(false);
		for (const ours of [patch.pristine, whole, half]) expect(patch.isForeign(ours)).toBe(false);
		for (const at of [firstFunction, firstFunction + 9]) {
			const foreign = Buffer.from(whole);
			foreign[at] = 0xcc;
			expect(patch.isForeign(foreign)).toBe(true);
		}
	});
});

// An emulator runs what no machine here can: `qemu-aarch64` of the Debian package qemu-user.
const qemu = onPath("qemu-aarch64") ?? onPath("qemu-aarch64-static");

describe.skipIf(!qemu)("on arm64", () => {
	/** The original. mov x2, #7; mov x3, #2; stp x2, x3, [x1]; mov w0, #0; autiasp where the first one signs, or nop; ret */
	const clock = (first: string): Buffer =>
		hex(`${first} e20080d2 430080d2 220c00a9 00008052 ${first.startsWith("3f") ? "bf2303d5" : "1f2003d5"} c0035fd6`);
	const beginnings = ["1f2003d5", "5f2403d5 1f2003d5", "3f2303d5 1f2003d5"];

	it.each(beginnings)("clocks go ahead, with a function that begins with %s", (first) => {
		const functions = [
			{ name: "__kernel_clock_gettime", code: clock(first) },
			{ name: "__kernel_gettimeofday", code: hex("00008052 c0035fd6") },
		];
		const patch = new Patch(image(183, functions));
		expect(patch.fast).toBe(true);
		const [time, day] = [run(patched(patch), 0), run(patched(patch), 1)];
		// 7 s and 2 ns, as the original has it, an hour, and 999 999 999 ns, which make a second more.
		expect(time).toEqual([3608n, 1n]);
		expect(day).toEqual([3608n, 0n]);
		expect(run(patch.pristine, 0)).toEqual([7n, 2n]);
	});

	/** Calls a function of an image in a program of its own, with clock 0 and room for the answer, and returns the two words of it. */
	function run(changed: Buffer, which: number): bigint[] {
		const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-arm64-"));
		try {
			const file = join(folder, "program");
			writeFileSync(file, program(changed, firstFunction + which * 0x100, which === 1));
			chmodSync(file, 0o700);
			const answer = execFileSync(qemu ?? "", [file]);
			return [answer.readBigInt64LE(0), answer.readBigInt64LE(8)];
		} finally {
			rmSync(folder, { recursive: true });
		}
	}
});

/** A program for arm64 that has the image behind its header and first instructions. */
function program(changed: Buffer, at: number, isDay: boolean): Buffer {
	const [base, code] = [0x40_0000, 0x1000];
	const file = Buffer.alloc(code + 0x1000 + changed.length);
	hex("7f454c46020101").copy(file);
	file.writeUInt16LE(2, 16);
	file.writeUInt16LE(183, 18);
	file.writeUInt32LE(1, 20);
	file.writeBigUInt64LE(BigInt(base + code), 24);
	file.writeBigUInt64LE(64n, 32);
	file.writeUInt16LE(64, 52);
	file.writeUInt16LE(56, 54);
	file.writeUInt16LE(1, 56);
	file.writeUInt32LE(1, 64);
	file.writeUInt32LE(7, 68);
	for (const [place, value] of [
		[80, base],
		[88, base],
		[96, file.length],
		[104, file.length],
		[112, 0x1000],
	] as const) {
		file.writeBigUInt64LE(BigInt(value), place);
	}
	// sub sp, sp, #64; clock or room and no zone; bl; write(1, sp + 16, 16); exit(0)
	const words = [
		"ff0301d1",
		isDay ? "e0430091" : "00008052",
		isDay ? "010080d2" : "e1430091",
		"",
		"200080d2",
		"e1430091",
	];
	const rest = ["020280d2", "080880d2", "010000d4", "000080d2", "a80b80d2", "010000d4"];
	const call = Buffer.alloc(4);
	call.writeUInt32LE(0x9400_0000 + (0x1000 + at - 12) / 4);
	words[3] = call.toString("hex");
	hex([...words, ...rest].join("")).copy(file, code);
	changed.copy(file, code + 0x1000);
	return file;
}
