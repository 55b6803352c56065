import { expect, it } from "vitest";
import { externalTarget, namedHosts, parseExternalTarget } from "../../../faults/network/external-target.ts";

it.each([
	["203.0.113.7", { host: "203.0.113.7" }],
	["10.0.0.0/8", { host: "10.0.0.0/8" }],
	["2001:db8::1", { host: "2001:db8::1" }],
	["203.0.113.7:443", { host: "203.0.113.7", port: 443 }],
	["10.0.0.0/8:1", { host: "10.0.0.0/8", port: 1 }],
	["[2001:db8::/32]:65535", { host: "2001:db8::/32", port: 65_535 }],
	["www.Example.com", { host: "www.Example.com", named: true }],
	["pay_1.shop.svc.cluster.local:443", { host: "pay_1.shop.svc.cluster.local", port: 443, named: true }],
	["0.pool.ntp.org", { host: "0.pool.ntp.org", named: true }],
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
	"www.example.com:0",
	"[www.example.com]:80",
	"www.example.com/24",
	"*.example.com",
	"payments",
	"10.0.0",
	"203.0.113.777",
	"-a.example.com",
	"http://example.com",
	`${"a".repeat(64)}.com`,
])("refuses %j", (text) => {
	expect(parseExternalTarget(text)).toBeUndefined();
});

it("finds the names among external targets", () => {
	expect(namedHosts({ externalTargets: ["10.0.0.1", "Pay.example.com:443", "back.shop.svc"] })).toEqual([
		{ path: "externalTargets[1]", text: "Pay.example.com:443", name: "pay.example.com", port: 443 },
		{ path: "externalTargets[2]", text: "back.shop.svc", name: "back.shop.svc" },
	]);
});
