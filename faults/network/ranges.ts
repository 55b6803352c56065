import ipaddr from "ipaddr.js";
import { parseCidr } from "../../api/address.ts";

/** IP version. */
export type Family = 4 | 6;

/** All addresses from `first` to `last`, both included, as numbers. */
export interface Range {
	first: bigint;
	last: bigint;
}

/**
 * The addresses of one family that a list of addresses and CIDRs covers: sorted, and merged where they overlap or touch, so that
 * two lists that cover the same addresses give the same ranges. Throws an Error on a text that is neither.
 */
export function rangesOf(peers: readonly string[], family: Family): Range[] {
	const ranges = peers.map((peer) => {
		const cidr = parseCidr(peer);
		if (!cidr) throw new Error(`${JSON.stringify(peer)} is not an IP address or CIDR`);
		return { family: cidr.family, ...rangeOf(cidr.address, cidr.prefix) };
	});
	return merge(ranges.filter((range) => range.family === family));
}

/** The addresses that share the first `prefix` bits with an address. */
export function rangeOf(address: string, prefix: number): Range {
	const { value, bits } = parse(address);
	const rest = BigInt(bits - prefix);
	const first = (value >> rest) << rest;
	return { first, last: first + (1n << rest) - 1n };
}

/** Number of an address, and how many bits an address of its family has. */
export function parse(address: string): { value: bigint; bits: number } {
	const bytes = ipaddr.parse(address).toByteArray();
	return { value: BigInt(`0x${Buffer.from(bytes).toString("hex")}`), bits: bytes.length * 8 };
}

/** Text of an address. */
export function format(value: bigint, family: Family): string {
	const length = family === 4 ? 4 : 16;
	return ipaddr.fromByteArray([...Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex")]).toString();
}

/** Sorts ranges and merges those that overlap or touch. */
export function merge(ranges: readonly Range[]): Range[] {
	const merged: Range[] = [];
	for (const { first, last } of ranges.toSorted((one, other) => (one.first < other.first ? -1 : 1))) {
		const previous = merged.at(-1);
		if (!previous || first > previous.last + 1n) merged.push({ first, last });
		else if (last > previous.last) previous.last = last;
	}
	return merged;
}
