import { describe, expect, it } from "vitest";
import { absolutePath } from "../../api/absolute-path.ts";
import { addressOrCidr } from "../../api/address.ts";
import { base64 } from "../../api/base64.ts";
import { byteSize, parseByteSize } from "../../api/byte-size.ts";
import { cron } from "../../api/cron.ts";
import { domainPattern } from "../../api/domain-pattern.ts";
import { duration, durationOrZero, positiveDuration, timeOffset } from "../../api/duration.ts";
import type { Grammar } from "../../api/grammar.ts";
import { jsonText } from "../../api/json-text.ts";
import { deviceName, deviceOf, labelKey, labelValue, namespaceName, objectName } from "../../api/names.ts";
import { percentage, percentageOrNothing } from "../../api/percentage.ts";
import { rate } from "../../api/rate.ts";
import { statusCodes } from "../../api/status-code.ts";
import { httpUrl } from "../../api/url.ts";

/** Grammar, texts that it accepts, texts that it refuses. */
const cases: [string, Grammar, string[], string[]][] = [
	[
		"percentage",
		percentage,
		["0", "100", "100.0", "+5", "5.", ".5", "1e1", "0099.9", "1E-3"],
		["", "150", "100.1", "-1", "5%", "1e3", "x", "NaN", " 5"],
	],
	["percentageOrNothing", percentageOrNothing, ["", "25"], ["101", "-0.5", "1e3"]],
	[
		"rate",
		rate,
		["1mbps", "1 mbps", "10 Gbit", "007bit", "5TBPS"],
		["", "mbps", "1", "-1bps", "0mbit", "1.5mbit", "1mb", "1 m bps", " 1mbps"],
	],
	[
		"byteSize",
		byteSize,
		["", "256MB", "1.5G", "100", "50%", "+5%", "1 GiB", "1e3k", "5.B", ".5kb"],
		["101%", "0", "0%", "-5MB", "1.5%", "1XB", "MB", "1  MB", "1e9P", "0e5"],
	],
	[
		"statusCodes",
		statusCodes,
		["200", "200-299", "1-999", "+200"],
		["", "0", "1000", "200-", "-200", "299-200", "200-299-300", "OK"],
	],
	[
		"httpUrl",
		httpUrl,
		["http://a", "https://a.b:8080/c?d=e", "HTTP://[::1]/"],
		["", "a b", "/path", "ftp://a", "http://", "http://a b", "http://a:99999", "http:///x"],
	],
	["domainPattern", domainPattern, ["google.com", "chaos-mesh.*", "github.?om", "*"], ["", "*.com", "a b", "a/b"]],
	["base64", base64, ["", "aGVsbG8=", "aGVsbG8h"], ["hello", "aGVsbG8", "aG=sbG8="]],
	["jsonText", jsonText, ['{"a": 1}', "null", " 1"], ["", " ", "{a: 1}"]],
	["absolutePath", absolutePath, ["/", "/var/lib"], ["", "var/lib", "./x"]],
	["timeOffset", timeOffset, ["-10m", "+1h30m", "5.s", "-10m100ns"], ["", "0", "-0s", "10", "1h-2m", "9999999h"]],
	["duration", duration, ["", "90s", "1h2m3.5s", "+5µs"], ["0", "0s", "-5s", "5", "1d", "9999999h"]],
	["durationOrZero", durationOrZero, ["0", "0ms", "5ms"], ["", "-5ms", "-0", "9999999h"]],
	["positiveDuration", positiveDuration, ["1ns"], ["", "0", "9999999h"]],
	[
		"deviceName",
		deviceName,
		["eth0", "eth0@if3", "br-1", "...a", "eth0.100"],
		["", ".", "..", "a/b", "a b", "@if3", "a@", "sixteen-letters-x"],
	],
	[
		"addressOrCidr",
		addressOrCidr,
		["10.0.0.0/8", "::1", "::ffff:1.2.3.4"],
		["", "example.com", "10.0.0.0/33", "1.2.3", "fe80::1%eth0"],
	],
	["labelKey", labelKey, ["app", "a.b/c_d"], ["", "/a", "a/b/c", "-a", `${"a".repeat(254)}/b`]],
	["labelValue", labelValue, ["", "a.b"], ["-a", "a b"]],
	["namespaceName", namespaceName, ["shop"], ["", "Shop", "a.b"]],
	["objectName", objectName, ["back-0", "a.b"], ["", "B", "a..b"]],
	[
		"cron",
		cron,
		[
			"* * * * *",
			"*/5 * * * * *",
			"0 0 29 2 *",
			"0 0 1 * MON",
			"0 0 * JAN MON-FRI",
			"0 0 * jan mon-fri",
			"@midnight",
			"@every 90s",
			"CRON_TZ=America/New_York 30 2 * * *",
			"TZ=UTC @daily",
			"0 0 ? * 0",
			"1-5/2 * * * *",
			"1,2,3 * * * *",
			"59/60 23 31 12 6",
			"0  0 * * *",
		],
		[
			"",
			"every hour",
			"* * * *",
			"* * * * * * *",
			"@reboot",
			"@every",
			"@every 5",
			"@every -5s",
			"@hourly 5",
			"0 12 L * *",
			"60 * * * *",
			"* 24 * * *",
			"* * 0 * *",
			"* * * 13 *",
			"* * * * 7",
			"5-1 * * * *",
			"1-2-3 * * * *",
			"*/0 * * * *",
			"*/1/2 * * * *",
			", * * * *",
			"1,,2 * * * *",
			"TZ=Mars/Base 0 0 * * *",
			"TZ=+05:00 0 0 * * *",
			"MON * * * *",
		],
	],
];

describe.each(cases)("%s", (_, grammar, accepted, refused) => {
	const inCrd = (text: string): boolean =>
		[grammar.pattern, grammar.also ?? ""].every((one) => new RegExp(one).test(text)) &&
		text.length <= grammar.maxLength;

	it.each(accepted)("accepts %j, and so does the CRD", (text) => {
		expect([grammar.accepts(text), inCrd(text)]).toEqual([true, true]);
	});

	it.each(refused)("refuses %j, and so does the CRD unless it says what it can't say", (text) => {
		expect(grammar.accepts(text)).toBe(false);
		if (grammar.inexact === undefined) expect(inCrd(text)).toBe(false);
	});

	it("has expressions that accept too much exactly when it says so", () => {
		const tooMuch = refused.filter((text) => inCrd(text));
		expect(tooMuch.length > 0).toBe(grammar.inexact !== undefined);
	});
});

describe("parseByteSize", () => {
	it.each([
		["100", 100],
		["1.5G", 1.5e9],
		["1 KiB", 1000],
		["2b", 2],
	])("reads %s", (text, bytes) => {
		expect(parseByteSize(text)).toBe(bytes);
	});
});

describe("deviceOf", () => {
	it("leaves out what ip link writes behind the name", () => {
		expect([deviceOf("eth0@if3"), deviceOf("eth0")]).toEqual(["eth0", "eth0"]);
	});
});
