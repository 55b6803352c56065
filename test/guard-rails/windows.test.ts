import { describe, expect, it } from "vitest";
import type { Window } from "../../guard-rails/spec.ts";
import { nextOpening, openUntil } from "../../guard-rails/windows.ts";

/** Until when windows are open at a time, as text. */
function open(windows: Window[], at: string): string | undefined {
	const until = openUntil(windows, Date.parse(at));
	if (until === Number.POSITIVE_INFINITY) return "for ever";
	return until === undefined ? undefined : new Date(until).toISOString();
}

const office: Window = { days: ["Mon", "Fri"], from: "09:00", to: "17:00", timeZone: "Europe/Berlin" };

describe("a window", () => {
	it.each([
		["2026-01-05T07:59:59.999Z", undefined],
		["2026-01-05T08:00:00Z", "2026-01-05T16:00:00.000Z"],
		["2026-01-05T15:59:59.999Z", "2026-01-05T16:00:00.000Z"],
		["2026-01-05T16:00:00Z", undefined],
		["2026-01-06T12:00:00Z", undefined],
		["2026-07-03T07:00:00Z", "2026-07-03T15:00:00.000Z"],
	])("at %s is open until %s", (at, until) => {
		expect(open([office], at)).toBe(until);
	});

	it("over midnight belongs to the day on which it begins", () => {
		const night: Window = { days: ["Fri"], from: "22:00", to: "04:00" };
		expect(open([night], "2026-01-02T23:00:00Z")).toBe("2026-01-03T04:00:00.000Z");
		expect(open([night], "2026-01-03T03:59:00Z")).toBe("2026-01-03T04:00:00.000Z");
		expect(open([night], "2026-01-02T03:00:00Z")).toBeUndefined();
		expect(open([night], "2026-01-03T22:30:00Z")).toBeUndefined();
	});

	it("with the same time twice is a whole day", () => {
		expect(open([{ days: ["Thu"], from: "06:00", to: "06:00" }], "2026-01-01T06:00:00Z")).toBe(
			"2026-01-02T06:00:00.000Z",
		);
	});

	it("in a zone far ahead or behind begins on the day there", () => {
		const window = (timeZone: string): Window[] => [{ days: ["Thu"], from: "00:00", to: "24:00", timeZone }];
		expect(open(window("Pacific/Kiritimati"), "2025-12-31T10:00:00Z")).toBe("2026-01-01T10:00:00.000Z");
		expect(open(window("Pacific/Pago_Pago"), "2026-01-02T10:59:00Z")).toBe("2026-01-02T11:00:00.000Z");
	});
});

describe("when clocks are set, in Berlin on 2026-03-29 at 2:00 and on 2026-10-25 at 3:00", () => {
	const window = (from: string, to: string): Window[] => [{ from, to, timeZone: "Europe/Berlin" }];

	it("an end that clocks never show is as much later", () => {
		expect(open(window("01:00", "02:30"), "2026-03-29T00:30:00Z")).toBe("2026-03-29T01:30:00.000Z");
	});

	it("a time that clocks show twice is the first", () => {
		expect(open(window("01:00", "02:30"), "2026-10-24T23:30:00Z")).toBe("2026-10-25T00:30:00.000Z");
		expect(open(window("01:00", "02:30"), "2026-10-25T00:45:00Z")).toBeUndefined();
	});

	it("a window that is wholly in what clocks leave out is open as much later", () => {
		expect(open(window("02:15", "02:45"), "2026-03-29T01:14:00Z")).toBeUndefined();
		expect(open(window("02:15", "02:45"), "2026-03-29T01:30:00Z")).toBe("2026-03-29T01:45:00.000Z");
	});
});

describe("several windows", () => {
	it("that touch are one", () => {
		const both: Window[] = [
			{ days: ["Thu"], from: "09:00", to: "24:00" },
			{ days: ["Fri"], from: "00:00", to: "03:00" },
		];
		expect(open(both, "2026-01-01T10:00:00Z")).toBe("2026-01-02T03:00:00.000Z");
	});

	it("that overlap are open until the last is closed", () => {
		const both: Window[] = [
			{ from: "09:00", to: "12:00" },
			{ from: "11:00", to: "13:00" },
		];
		expect(open(both, "2026-01-01T10:00:00Z")).toBe("2026-01-01T13:00:00.000Z");
	});

	it("that leave nothing out have no end", () => {
		expect(open([{ from: "00:00", to: "24:00" }], "2026-01-01T10:00:00Z")).toBe("for ever");
	});
});

describe("the next opening", () => {
	it("is the first of all windows, also a week away", () => {
		const at = Date.parse("2026-01-05T08:00:00Z");
		const later: Window = { days: ["Mon"], from: "09:00", to: "10:00", timeZone: "Europe/Berlin" };
		expect(nextOpening([later], at)).toEqual({ at: Date.parse("2026-01-12T08:00:00Z"), window: later });
		const sooner: Window = { days: ["Sun"], from: "01:00", to: "02:00" };
		expect(nextOpening([later, sooner], at)?.window).toBe(sooner);
	});
});
