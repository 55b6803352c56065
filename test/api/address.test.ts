import { describe, expect, it } from "vitest";
import { addressOrCidr, parseCidr } from "../../api/address.ts";

describe("parseCidr", () => {
	it.each([
		["10.0.0.1", { family: 4, address: "10.0.0.1", prefix: 32 }],
		["10.0.0.0/8", { family: 4, address: "10.0.0.0", prefix: 8 }],
		["0.0.0.0/0", { family: 4, address: "0.0.0.0", prefix: 0 }],
		["2001:db8::1", { family: 6, address: "2001:db8::1", prefix: 128 }],
		["::ffff:10.0.0.1/128", { family: 6, address: "::ffff:10.0.0.1", prefix: 128 }],
	])("reads %s", (text, cidr) => {
		expect(parseCidr(text)).toEqual(cidr);
		expect(text).toMatch(new RegExp(addressOrCidr.pattern));
	});

	it.each([
		"",
		"example.com",
		"10.0.0",
		"10.0.0.0/33",
		"10.0.0.0/",
		"10.0.0.0/8/8",
		"::/129",
		"fe80::1%eth0",
		"10.0.0.0/-1",
	])("refuses %j", (text) => {
		expect(parseCidr(text)).toBeUndefined();
	});
});
