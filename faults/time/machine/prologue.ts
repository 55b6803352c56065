/**
 * Instructions that compilers begin functions with, and that do the same wherever they stand. `*` is any byte, `+reg` a byte whose
 * last three bits are a register, `reg,reg` an operand byte that names two registers and no memory.
 */
const known: readonly (readonly (number | "*" | "reg,reg" | { reg: number })[])[] = [
	[0xf3, 0x0f, 0x1e, 0xfa], // endbr64
	[{ reg: 0x50 }], // push
	[0x41, { reg: 0x50 }], // push r8 to r15
	...[0x89, 0x8b, 0x31, 0x33, 0x85, 0x63].flatMap((operation) => [
		[operation, "reg,reg"] as const, // mov, xor, test, of 32 bits
		...[0x41, 0x44, 0x45, 0x48, 0x49, 0x4c, 0x4d].map((prefix) => [prefix, operation, "reg,reg"] as const), // of 64, or r8 to r15
	]),
	[0x48, 0x83, "reg,reg", "*"], // add, sub, and, cmp of a register and a small number: mostly of the stack pointer
	[0x48, 0x81, "reg,reg", "*", "*", "*", "*"],
	[0x83, "reg,reg", "*"],
	[{ reg: 0xb8 }, "*", "*", "*", "*"], // mov of a number
	[0x4c, 0x8d, 0x54, 0x24, "*"], // lea r10, [rsp + n]
];

/**
 * Bytes of the first whole instructions of an x86-64 function that cover at least `least` bytes, when all of them can be moved;
 * else undefined, also when a jump of the function may lead back into them.
 */
export function wholeInstructions(body: Buffer, least: number): number | undefined {
	let length = 0;
	while (length < least) {
		const instruction = known.find((pattern) => fits(pattern, body.subarray(length)));
		if (!instruction) return undefined;
		length += instruction.length;
	}
	return leadsBack(body, length) ? undefined : length;
}

function fits(pattern: (typeof known)[number], bytes: Buffer): boolean {
	return pattern.every((expected, index) => {
		const byte = bytes[index];
		if (byte === undefined) return false;
		if (expected === "*") return true;
		if (expected === "reg,reg") return byte >= 0xc0;
		return typeof expected === "number" ? byte === expected : (byte & 0xf8) === expected.reg;
	});
}

/**
 * Whether any two or five or six bytes could be a jump to behind the first instruction's begin and before `length`. Bytes that only
 * look like one are taken for one, which costs speed and nothing else.
 */
function leadsBack(body: Buffer, length: number): boolean {
	const inside = (target: number): boolean => target > 0 && target < length;
	for (let at = length; at < body.length - 1; at++) {
		const [first = 0, second = 0] = body.subarray(at, at + 2);
		if ((first >> 4 === 7 || first === 0xeb) && inside(at + 2 + body.readInt8(at + 1))) return true;
		const four = first === 0xe9 ? 1 : first === 0x0f && second >> 4 === 8 ? 2 : 0;
		if (four > 0 && at + four + 4 <= body.length && inside(at + four + 4 + body.readInt32LE(at + four))) return true;
	}
	return false;
}
