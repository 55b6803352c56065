import { expect, it } from "vitest";
import { externalTarget, parseExternalTarget } from "../../../faults/network/external-target.ts";

it.each([
	["203.0.113.7", { host: "203.0.113.7" }],
	["10.0.0.0/8", { host: "10.0.0.0/8" }],
	["2001:db8::1", { host: "2001:db8::1" }],
	["203.0.113.7:443", { host: "203.0.113.7", port: 443 }],
	["10.0.0.0/8:1", { host: "10.0.0.0/8", port: 1 }],
	["[2001:db8::/32]:65535", { host: "2001:db8::/32", port: 65_535 }],
])("reads %s", (text, target) => {
	expect(parseExternalTarget(text)).toEqual(target);
	expect(new RegExp(externalTarget.pattern).test(text)).toBe(true);
});

it.each([
	"",
	"203.0.113.7:0",
	"203.0.113.7:65536",
	"203.0.113.7:",
	"[203.0.113.7]:80",
	"[::1]",
	"10.0.0.0/33:80",
	":80",
])("refuses %j", (text) => {
	expect(parseExternalTarget(text)).toBeUndefined();
});
