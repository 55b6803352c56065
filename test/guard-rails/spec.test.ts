import { expect, it } from "vitest";
import { checkField } from "../../api/check.ts";
import { guardRailsSpec } from "../../guard-rails/spec.ts";

const whole = {
	environment: "production",
	kinds: ["StressChaos", "NetworkChaos/delay"],
	namespaces: ["shop", "team-*", "*"],
	maxShare: 50,
	maxTargets: 3,
	maxDuration: "15m",
	windows: [{ days: ["Mon", "Sun"], from: "09:00", to: "24:00", timeZone: "America/Argentina/Buenos_Aires" }],
	requireOwner: true,
	requireReason: false,
	requireProbe: true,
};

it("takes all that it knows", () => {
	expect(checkField(guardRailsSpec, whole, "")).toEqual([]);
});

it.each<[object, string]>([
	[{ environment: "Prod EU" }, 'environment: "Prod EU" is not the name of an environment; '],
	[{ kinds: [] }, "kinds: has 0 entries; use at least 1"],
	[{ kinds: ["delay"] }, 'kinds[0]: "delay" is not a kind of fault; write a kind such as "StressChaos"'],
	[{ namespaces: ["Shop"] }, 'namespaces[0]: "Shop" is not a namespace; '],
	[{ maxShare: 101 }, "maxShare: 101 is out of range; use 1 to 100"],
	[{ maxTargets: 0 }, "maxTargets: 0 is out of range; use 1 to 100000"],
	[{ maxDuration: "0s" }, 'maxDuration: "0s" is not a duration above zero; '],
	[{ windows: [{ from: "9:00", to: "24:01" }] }, 'windows[0].from: "9:00" is not a time of day; '],
	[{ windows: [{ from: "09:00", to: "24:01" }] }, 'windows[0].to: "24:01" is not a time of day; '],
	[
		{ windows: [{ from: "09:00", to: "10:00", days: ["mon"] }] },
		'windows[0].days[0]: "mon" is not one of the known days; ',
	],
	[
		{ windows: [{ from: "09:00", to: "10:00", timeZone: "Mars/Base" }] },
		'windows[0].timeZone: "Mars/Base" is not a time zone; write a name of the IANA database',
	],
])("refuses %j", (spec, start) => {
	const [first, ...more] = checkField(guardRailsSpec, spec, "").map(({ path, message }) => `${path}: ${message}`);
	expect(first?.slice(0, start.length)).toBe(start);
	expect(more.length).toBeLessThan(2);
});
