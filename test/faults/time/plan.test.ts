import { expect, it } from "vitest";
import { check } from "../../../api/check.ts";
import { describeProblems } from "../../../api/problem.ts";
import { planTime } from "../../../faults/time/plan.ts";
import { type TimeChaosSpec, timeChaos } from "../../../faults/time/spec.ts";

const base = { mode: "all" as const, selector: { namespaces: ["shop"] } } satisfies Partial<TimeChaosSpec>;
const pod = { namespace: "shop", name: "web-0", uid: "uid", node: "n", ips: [], hostNetwork: true, containers: [] };
const plan = (spec: Partial<Pick<TimeChaosSpec, "timeOffset" | "clockIds">>) =>
	planTime({ ...base, timeOffset: "1h", ...spec }, { ".": [{ ...pod, container: "main" }] }, {});

it.each<[TimeChaosSpec["timeOffset"], number, number]>([
	["1h30m", 5400, 0],
	["-1.5s", -2, 500_000_000],
	["-1ns", -1, 999_999_999],
	["2us", 0, 2000],
	["999999999.9999999999s", 1_000_000_000, 0],
	["-2562047h", -9_223_369_200, 0],
])("an offset of %s are whole seconds, rounded down, and nanoseconds", (timeOffset, seconds, nanoseconds) => {
	expect(plan({ timeOffset })).toEqual([
		{
			pod: { ...pod, container: "main" },
			selectorKey: ".",
			instruction: { clocks: ["CLOCK_REALTIME"], seconds, nanoseconds },
		},
	]);
});

it("each clock is moved once, the time of day when none is named", () => {
	const clocks = (clockIds: TimeChaosSpec["clockIds"]) => plan(clockIds ? { clockIds } : {})[0];
	expect(clocks(["CLOCK_BOOTTIME", "CLOCK_BOOTTIME"])).toMatchObject({ instruction: { clocks: ["CLOCK_BOOTTIME"] } });
	expect(clocks([])).toMatchObject({ instruction: { clocks: ["CLOCK_REALTIME"] } });
});

it.each([
	[{ timeOffset: "2562048h" }, 'timeOffset: "2562048h" is not an offset of time'],
	[{ timeOffset: "0s" }, 'timeOffset: "0s" is not an offset of time'],
	[{ timeOffset: "5" }, 'timeOffset: "5" is not an offset of time'],
	[{ clockIds: ["CLOCK_TAI"] }, 'clockIds[0]: "CLOCK_TAI" is not one of'],
])("refused: %j", (change, message) => {
	expect(describeProblems(check(timeChaos, { ...base, timeOffset: "1h", ...change }))).toContain(message);
});
