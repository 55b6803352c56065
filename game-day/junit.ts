import type { ExperimentResult, GameDayResult, GameDayVerdict, ProbeResult, StepResult } from "./result.ts";
import { element } from "./xml.ts";

/** One test of the report. */
interface Case {
	classname: string;
	name: string;
	seconds: number;
	/** Absent: it has passed. */
	problem?: { tag: "failure" | "error" | "skipped"; type: string; message: string };
}

/**
 * A result as JUnit XML: one test suite, in it a test for each experiment, each probe, each step that has failed, and the
 * recovery. What the system did not bear is a failure; what says nothing about it (inconclusive, error, not approved, left behind)
 * an error. A report is never without either when the verdict is not a good one.
 */
export function junit(result: GameDayResult): string {
	const told = [...result.experiments.flatMap(ofExperiment), ...ofSteps(result)];
	const cases = [...told, ...ofVerdict(result, told)];
	const having = (tag: string): number => cases.filter(({ problem }) => problem?.tag === tag).length;
	const counts = {
		tests: cases.length,
		failures: having("failure"),
		errors: having("error"),
		skipped: having("skipped"),
		time: seconds(result.seconds),
	};
	const verdict = [
		{ name: "verdict", value: result.verdict },
		...(result.message === "" ? [] : [{ name: "message", value: result.message }]),
	];
	const properties = element(
		"properties",
		{},
		verdict.map((one) => element("property", one)),
	);
	const suite = element("testsuite", { name: `game day ${result.name}`, ...counts }, [
		properties,
		...cases.map(testcase),
	]);
	return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", counts, [suite])}\n`;
}

function ofExperiment({ kind, name, verdict, message, probes }: ExperimentResult): Case[] {
	const well = isGood(verdict);
	const tag = verdict === "failed" || verdict === "aborted" ? ("failure" as const) : ("error" as const);
	const itself = { classname: kind, name, seconds: 0, ...(!well && { problem: { tag, type: verdict, message } }) };
	return [itself, ...probes.map((probe) => ofProbe(`${kind}.${name}`, probe))];
}

function ofProbe(classname: string, { name, outcome, words }: ProbeResult): Case {
	const test = { classname, name: `probe ${name}`, seconds: 0 };
	if (outcome === "passed") return test;
	const tags = { failed: "failure", error: "error", inconclusive: "skipped" } as const;
	return { ...test, problem: { tag: tags[outcome], type: outcome, message: words } };
}

/** Steps that went as they should are no tests, but for the recovery, which is what a game day must never fail. */
function ofSteps({ steps, verdict, message }: GameDayResult): Case[] {
	const cases = steps
		.filter(({ name, outcome }) => name !== "recovery" && (outcome === "failed" || outcome === "refused"))
		.map((step) => ofStep(step, { tag: "error", type: step.outcome, message: step.message }));
	const recovery = steps.find(({ name }) => name === "recovery");
	if (!recovery) {
		const nothing = "nothing was made";
		return [
			...cases,
			{
				classname: "game day",
				name: "recovery",
				seconds: 0,
				problem: { tag: "skipped", type: "skipped", message: nothing },
			},
		];
	}
	return [...cases, ofStep(recovery, verdict === "left behind" ? { tag: "error", type: verdict, message } : undefined)];
}

/** A game day that was cut short has no test that did not pass, and nevertheless must not be taken for one that has. */
function ofVerdict({ verdict, message }: GameDayResult, cases: readonly Case[]): Case[] {
	const isTold = cases.some(({ problem }) => problem?.tag === "failure" || problem?.tag === "error");
	if (isGood(verdict) || isTold) return [];
	return [{ classname: "game day", name: "verdict", seconds: 0, problem: { tag: "error", type: verdict, message } }];
}

function isGood(verdict: GameDayVerdict): boolean {
	return verdict === "passed" || verdict === "recovered";
}

function ofStep({ name, seconds: took }: StepResult, problem: Case["problem"]): Case {
	return { classname: "game day", name, seconds: took, ...(problem && { problem }) };
}

function testcase({ classname, name, seconds: took, problem }: Case): string {
	const children = problem
		? [element(problem.tag, { type: problem.tag === "skipped" ? undefined : problem.type, message: problem.message })]
		: [];
	return element("testcase", { classname, name, time: seconds(took) }, children);
}

function seconds(took: number): string {
	return took.toFixed(3);
}
