import { describe, expect, it } from "vitest";
import { podChaos } from "../../faults/pod/spec.ts";
import type { Asked } from "../../guard-rails/asked.ts";
import { judge } from "../../guard-rails/judge.ts";
import type { GuardRailsSpec } from "../../guard-rails/spec.ts";
import { asked, unknown } from "./asked.ts";

/** What is said of an experiment under one set of guard rails, a line each. */
function said(spec: GuardRailsSpec, experiment: Asked = asked()): string[] {
	return judge([{ title: "R", spec }], experiment).map(({ path, message }) => `${path}: ${message}`);
}

const target = (selector: object) => ({ target: { mode: "all", selector } });
const kill = (spec: object = {}, more: Partial<Asked> = {}) =>
	asked({ action: "pod-kill", duration: undefined, ...spec }, { kind: podChaos, ...more });

it("allows everything where nothing is said", () => {
	expect(said({})).toEqual([]);
	expect(judge([], asked())).toEqual([]);
});

describe("kinds", () => {
	it.each<[string, string[], Asked]>([
		["a kind with all its variants", ["StressChaos", "NetworkChaos"], asked()],
		["a variant", ["NetworkChaos/partition"], asked()],
		["a variant that is not known yet", ["NetworkChaos/delay"], asked({ action: unknown })],
		["a variant of another kind", ["PodChaos/pod-kill"], kill()],
	])("allows %s", (_, kinds, experiment) => {
		expect(said({ kinds }, experiment)).toEqual([]);
	});

	it("refuses another kind, and another variant", () => {
		expect(said({ kinds: ["StressChaos", "PodChaos/pod-kill"] })).toEqual([
			'kind: "NetworkChaos" is not allowed here; use "StressChaos" or "PodChaos/pod-kill" (kinds of R)',
		]);
		expect(said({ kinds: ["NetworkChaos/delay"] })).toEqual([
			'spec.action: "partition" is not allowed here; use "NetworkChaos/delay" (kinds of R)',
		]);
	});
});

describe("namespaces", () => {
	const namespaces = ["shop", "team-*"];

	it.each<[string, object]>([
		["the experiment's own", {}],
		["those named", { selector: { namespaces: ["shop", "team-a"] } }],
		["pods by name, whatever else the selector says", { selector: { pods: { shop: ["a"] }, namespaces: ["prod"] } }],
		["the other side", target({ namespaces: ["team-"] })],
		["what is not known yet", { selector: unknown, ...target({ namespaces: [unknown] }) }],
		["lists and pods that are not known yet", { selector: { pods: unknown }, ...target({ namespaces: unknown }) }],
	])("allows %s", (_, spec) => {
		expect(said({ namespaces }, asked(spec))).toEqual([]);
	});

	it.each<[string, object, string]>([
		["one of the list", { selector: { namespaces: ["shop", "ateam-a"] } }, 'spec.selector.namespaces[1]: "ateam-a"'],
		["that of a pod", { selector: { pods: { prod: ["a"] } } }, 'spec.selector.pods["prod"]: "prod"'],
		["on the other side", target({ namespaces: ["prod"] }), 'spec.target.selector.namespaces[0]: "prod"'],
	])("refuses %s", (_, spec, where) => {
		expect(said({ namespaces }, asked(spec))).toEqual([
			`${where} may not be hit; hit "shop" or "team-*" (namespaces of R)`,
		]);
	});

	it("refuses the experiment's own where none is named, if it is known", () => {
		expect(said({ namespaces: ["shop"] }, asked({}, { namespace: "default" }))).toEqual([
			'spec.selector.namespaces: missing, and the experiment\'s own namespace "default" may not be hit; hit "shop" (namespaces of R)',
		]);
		expect(said({ namespaces: ["shop"] }, asked({}, { namespace: unknown }))).toEqual([]);
	});

	it("takes a dot and other characters of regular expressions for what they are", () => {
		expect(said({ namespaces: ["a*b"] }, asked({ selector: { namespaces: ["a-x-b", "ab"] } }))).toEqual([]);
		expect(said({ namespaces: ["*"] }, asked({ selector: { namespaces: ["any"] } }))).toEqual([]);
	});
});

describe("maxTargets", () => {
	it("refuses a number of pods that is larger, on either side, before anybody looks for them", () => {
		const spec = { mode: "fixed", value: "4", target: { mode: "fixed", value: "7", selector: {} } };
		expect(said({ maxTargets: 3 }, asked(spec))).toEqual([
			'spec.value: "4" is more than 3; use at most "3" (maxTargets of R)',
			'spec.target.value: "7" is more than 3; use at most "3" (maxTargets of R)',
		]);
	});

	it.each([
		["as many", { mode: "fixed", value: "3" }],
		["what is not known yet", { mode: "fixed", value: unknown }],
		["a share, which is not a number of pods", { mode: "fixed-percent", value: "50" }],
	])("allows %s", (_, spec) => {
		expect(said({ maxTargets: 3 }, asked(spec))).toEqual([]);
	});
});

describe("maxDuration", () => {
	it.each<[string, Asked]>([
		["as long", asked({ duration: "15m" })],
		["what is not known yet", asked({ duration: unknown })],
		["a default that is short enough", asked({ duration: undefined }, { defaultDurationMs: 60_000 })],
		["what is done once", kill()],
	])("allows %s", (_, experiment) => {
		expect(said({ maxDuration: "15m" }, experiment)).toEqual([]);
	});

	it("refuses what is longer", () => {
		expect(said({ maxDuration: "15m" }, asked({ duration: "901s" }))).toEqual([
			'spec.duration: "901s" is longer than "15m"; use at most "15m" (maxDuration of R)',
		]);
	});

	it.each(["", undefined])("refuses %j where the default is longer or not known", (duration) => {
		expect(said({ maxDuration: "15m" }, asked({ duration }))).toEqual([
			'spec.duration: missing, and the default of the installation is 1h; use at most "15m" (maxDuration of R)',
		]);
		const { defaultDurationMs: _, ...nothingKnown } = asked({ duration });
		expect(said({ maxDuration: "15m" }, nothingKnown)).toEqual([
			'spec.duration: missing, and the default of the installation is not known here; use at most "15m" (maxDuration of R)',
		]);
	});
});

describe("windows", () => {
	const windows = [{ from: "09:00", to: "12:10" }];

	it("allows what ends before the window closes, and what is not known yet", () => {
		expect(said({ windows }, asked({ duration: "10m" }))).toEqual([]);
		expect(said({ windows }, asked({ duration: unknown }))).toEqual([]);
		expect(said({ windows }, kill())).toEqual([]);
	});

	it("refuses what ends later, and says how long it may be", () => {
		expect(said({ windows }, asked({ duration: "11m" }))).toEqual([
			'spec.duration: "11m" ends at 2026-01-01T12:11:00Z; the window closes at 2026-01-01T12:10:00Z: use at most "10m" (windows of R)',
		]);
		expect(said({ windows }, asked({ duration: undefined }))).toEqual([
			'spec.duration: the default of 1h ends at 2026-01-01T13:00:00Z; the window closes at 2026-01-01T12:10:00Z: use at most "10m" (windows of R)',
		]);
		const { defaultDurationMs: _, ...nothingKnown } = asked({ duration: undefined });
		expect(said({ windows }, nothingKnown)).toEqual([
			'spec.duration: missing, and the default of the installation is not known here; the window closes at 2026-01-01T12:10:00Z: use at most "10m" (windows of R)',
		]);
	});

	it("refuses what begins outside, whatever it is, and says when the next window opens", () => {
		const line =
			"spec: nothing may begin at 2026-01-01T12:00:00Z, outside of the windows; the next window opens at 2026-01-05T08:00:00Z " +
			"(Mon, Tue 09:00 to 17:00 Europe/Berlin) (windows of R)";
		const monday = [{ days: ["Mon" as const, "Tue" as const], from: "09:00", to: "17:00", timeZone: "Europe/Berlin" }];
		expect(said({ windows: monday })).toEqual([line]);
		expect(said({ windows: monday }, kill())).toEqual([line]);
	});

	it("counts the time of an experiment from its creation, and bears with clocks that differ", () => {
		const begins = Date.parse("2026-01-01T12:00:00Z");
		const late = (seconds: number) => asked({ duration: "15m" }, { begins, made: begins - (300 - seconds) * 1000 });
		expect(said({ windows }, late(60))).toEqual([]);
		expect(said({ windows }, late(61))).toEqual([expect.stringContaining('"15m" ends at 2026-01-01T12:11:01Z')]);
	});
});

describe("requireOwner and requireReason", () => {
	const both = { requireOwner: true, requireReason: true };

	it("want a word of each", () => {
		expect(said(both, asked({}, { annotations: { "pulumi-chaos.io/reason": " " } }))).toEqual([
			'metadata.annotations["pulumi-chaos.io/owner-team"]: missing; write the name of the team that answers for the experiment (requireOwner of R)',
			'metadata.annotations["pulumi-chaos.io/reason"]: " "; write what the experiment is for, in a sentence (requireReason of R)',
		]);
	});

	it("are met by any, and by what is not known yet", () => {
		const annotations = { "pulumi-chaos.io/owner-team": "checkout", "pulumi-chaos.io/reason": unknown };
		expect(said(both, asked({}, { annotations }))).toEqual([]);
		expect(said({ requireOwner: false, requireReason: false })).toEqual([]);
	});
});

describe("requireProbe", () => {
	const instead =
		'add one that is asked while the fault is in place (its "when" names "during", or is left out) (requireProbe of R)';
	const probes = (...all: unknown[]) => asked({ probes: all });
	const after = { name: "back", when: ["after"] };

	it("wants a probe that ends the fault", () => {
		expect(said({ requireProbe: true })).toEqual([`spec.probes: missing; ${instead}`]);
		expect(said({ requireProbe: true }, probes())).toEqual([`spec.probes: missing; ${instead}`]);
		expect(said({ requireProbe: true }, probes(after))).toEqual([
			`spec.probes: none of them would end the fault; ${instead}`,
		]);
	});

	it("is met by one, by any for what is done once, and by what is not known yet", () => {
		expect(said({ requireProbe: true }, probes(after, { name: "up" }))).toEqual([]);
		expect(said({ requireProbe: true }, probes({ name: "up", when: ["before", "during"] }))).toEqual([]);
		expect(said({ requireProbe: true }, probes({ name: "up", when: unknown }))).toEqual([]);
		expect(said({ requireProbe: true }, probes(unknown))).toEqual([]);
		expect(said({ requireProbe: true }, asked({ probes: unknown }))).toEqual([]);
		expect(said({ requireProbe: true }, kill({ probes: [after] }))).toEqual([]);
		expect(said({ requireProbe: false })).toEqual([]);
	});
});

it("holds all guard rails, and says which", () => {
	const all = [
		{ title: "A", spec: { maxDuration: "1m" } },
		{ title: "B", spec: { maxDuration: "10m", kinds: ["StressChaos"] } },
	];
	expect(judge(all, asked()).map(({ message }) => message)).toEqual([
		'"5m" is longer than "1m"; use at most "1m" (maxDuration of A)',
		'"NetworkChaos" is not allowed here; use "StressChaos" (kinds of B)',
	]);
});

it("allows nothing while guard rails can't be read", () => {
	const all = [{ title: "R", spec: { maxShare: 0, requireSmile: true } }];
	expect(judge(all, asked())).toEqual([
		{
			path: "kind",
			message: expect.stringMatching(
				/^nothing is allowed while R can't be read: maxShare: 0 is out of range; use 1 to 100; requireSmile: is not a known field; /,
			),
		},
	]);
});
