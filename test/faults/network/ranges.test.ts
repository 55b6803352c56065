import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { format, rangesOf } from "../../../faults/network/ranges.ts";

function shown(peers: string[], family: 4 | 6): string[] {
	return rangesOf(peers, family).map(({ first, last }) => `${format(first, family)}-${format(last, family)}`);
}

describe("rangesOf", () => {
	it("merges what repeats, overlaps or touches, of one family", () => {
		expect(shown(["10.0.1.0/24", "10.0.0.7/24", "10.0.0.1", "10.0.3.1", "10.0.3.1", "fd00::1"], 4)).toEqual([
			"10.0.0.0-10.0.1.255",
			"10.0.3.1-10.0.3.1",
		]);
		expect(shown(["fd00::2", "10.0.0.1", "fd00::/127", "fd00::ffff"], 6)).toEqual([
			"fd00::-fd00::2",
			"fd00::ffff-fd00::ffff",
		]);
	});

	it("goes up to the ends of the address space", () => {
		expect(shown(["0.0.0.0/0", "255.255.255.255"], 4)).toEqual(["0.0.0.0-255.255.255.255"]);
		expect(shown(["::/1", "8000::/1"], 6)).toEqual(["::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]);
	});

	it("covers exactly the addresses that the CIDRs cover", () => {
		const cidrs = ["10.0.0.0/30", "10.0.0.6/31", "10.0.0.3/29", "10.0.0.17", "10.0.0.250/31"];
		const ranges = rangesOf(cidrs, 4);
		for (let last = 0; last < 256; last++) {
			const address = ipaddr.IPv4.parse(`10.0.0.${last}`);
			const value = BigInt(0x0a000000 + last);
			const inRanges = ranges.some((range) => range.first <= value && value <= range.last);
			const inCidrs = cidrs.some((cidr) =>
				address.match(ipaddr.IPv4.parseCIDR(cidr.includes("/") ? cidr : `${cidr}/32`)),
			);
			expect(inRanges, address.toString()).toBe(inCidrs);
		}
	});

	it("refuses what is no address", () => {
		expect(() => rangesOf(["10.0.0.256"], 4)).toThrow('"10.0.0.256" is not an IP address or CIDR');
	});
});
