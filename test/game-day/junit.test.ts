import { expect, it } from "vitest";
import { exitCodes as codes } from "../../game-day/exit-code.ts";
import { junit } from "../../game-day/junit.ts";
import type { GameDayVerdict } from "../../game-day/result.ts";
import { experimentResultOf, gameDayResult, probeResult } from "./results.ts";

const exitCodes = Object.entries(codes) as [GameDayVerdict, number][];

it("has a test for the experiment, its probe and the recovery when all went well", () => {
	expect(junit(gameDayResult())).toBe(
		`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="0" errors="0" skipped="0" time="73.200">
  <testsuite name="game day attacks/dev" tests="3" failures="0" errors="0" skipped="0" time="73.200">
    <properties>
      <property name="verdict" value="passed"/>
    </properties>
    <testcase classname="NetworkChaos" name="cut" time="0.000"/>
    <testcase classname="NetworkChaos.cut" name="probe front-answers" time="0.000"/>
    <testcase classname="game day" name="recovery" time="3.000"/>
  </testsuite>
</testsuites>
`,
	);
});

it("what the system did not bear is a failure, with the reason", () => {
	const probes = [
		probeResult("failed", "during failed: <502>"),
		{ ...probeResult("inconclusive"), name: "few-errors" },
	];
	const aborted = experimentResultOf({ verdict: "aborted", message: 'probe "front" has failed', probes });
	const text = junit(gameDayResult({ verdict: "aborted", message: "cut: ill", experiments: [aborted] }));
	expect(text).toContain('tests="4" failures="2" errors="0" skipped="1"');
	expect(text).toContain('<failure type="aborted" message="probe &quot;front&quot; has failed"/>');
	expect(text).toContain('<failure type="failed" message="during failed: &lt;502&gt;"/>');
	expect(text).toContain('<skipped message="during inconclusive"/>');
	expect(text).toContain('<property name="message" value="cut: ill"/>');
});

it.each(["inconclusive", "error"] as const)("what says nothing about it is an error: %s", (verdict) => {
	const experiments = [experimentResultOf({ verdict, message: "why", probes: [] })];
	expect(junit(gameDayResult({ verdict, experiments }))).toContain(`<error type="${verdict}" message="why"/>`);
});

it("a step that has failed is a test that has, and a recovery that there was no need of is skipped", () => {
	const steps = [{ name: "preview" as const, outcome: "failed" as const, seconds: 1, message: "no stack" }];
	const text = junit(gameDayResult({ verdict: "error", message: "no stack", experiments: [], steps }));
	expect(text).toContain('tests="2" failures="0" errors="1" skipped="1"');
	expect(text).toMatch(/name="preview" time="1.000">\s+<error type="failed" message="no stack"\/>/);
	expect(text).toMatch(/name="recovery" time="0.000">\s+<skipped message="nothing was made"\/>/);
});

it("what is left behind is an error of the recovery", () => {
	const text = junit(gameDayResult({ verdict: "left behind", message: "cut may be left" }));
	expect(text).toMatch(/name="recovery" time="3.000">\s+<error type="left behind" message="cut may be left"\/>/);
});

it("a game day that was cut short is an error though nothing in it went wrong", () => {
	const experiments = [experimentResultOf({ verdict: "recovered", probes: [] })];
	const text = junit(gameDayResult({ verdict: "inconclusive", message: "ended by SIGTERM", experiments }));
	expect(text).toContain('tests="3" failures="0" errors="1" skipped="0"');
	expect(text).toMatch(/name="verdict" time="0.000">\s+<error type="inconclusive" message="ended by SIGTERM"\/>/);
});

it.each(exitCodes)("a verdict of %s shows in the counts as in the exit code %i", (verdict, code) => {
	const counted = / failures="0" errors="0" /.test(junit(gameDayResult({ verdict })));
	expect(counted).toBe(code === 0);
});
