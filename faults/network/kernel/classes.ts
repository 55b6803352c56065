/**
 * How packets, and the classes of the qdisc that they go to, are named. Each fault of a pod has a slot: a bit. What a packet
 * matches is the sum of its bits, which nftables puts into the packet's priority; a class of `htb` is chosen by that alone.
 */

/** Major number of the qdisc that all classes are in, and of the priorities that lead to them. */
export const major = "7c05";
/** Faults that may shape packets of one pod at the same time: each combination of them has a class. */
export const slotCount = 6;
/** Bit of the mark that a packet on its way out has when it is to be shaped; one that hardly anybody uses. */
export const flag = 0x2000_0000;

/** The bits of a slot. */
export function bitOf(slot: number): number {
	return 1 << slot;
}

/** The class, or the priority, of some bits: `7c05:3`. */
export function classOf(bits: number): string {
	return `${major}:${bits.toString(16)}`;
}

/** The bits of a class; undefined when it is none of ours. */
export function bitsOf(classId: string): number | undefined {
	const [, minor] = new RegExp(`^${major}:([0-9a-f]{1,2})$`).exec(classId) ?? [];
	const bits = Number.parseInt(minor ?? "0", 16);
	return bits > 0 && bits < 1 << slotCount ? bits : undefined;
}

/** All sums of bits that hold a slot, and otherwise only some others. */
export function combinations(slot: number, others: readonly number[]): number[] {
	const sums = [bitOf(slot)];
	for (const other of others) sums.push(...sums.map((sum) => sum | bitOf(other)));
	return sums;
}

/** The slot that some bits are of, when they are of one only. */
export function slotOfBit(bits: number): number | undefined {
	const slot = Math.log2(bits);
	return Number.isInteger(slot) ? slot : undefined;
}
