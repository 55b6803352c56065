import { expect, it } from "vitest";
import type { Probe } from "../../../api/probe.ts";
import type { ProbeStatus, StageResult, TargetRecord } from "../../../api/status.ts";
import type { Desired } from "../../../controller/desired-phase.ts";
import { standingOf } from "../../../controller/probes/standing.ts";
import { type Evidence, verdictOf } from "../../../controller/probes/verdict.ts";

const probe: Probe = { name: "front", type: "tcp", when: ["before", "during", "after"] };
const record: TargetRecord = {
	id: "shop/a",
	selectorKey: ".",
	phase: "Not Injected",
	injectedCount: 1,
	recoveredCount: 1,
	node: "n",
	podUid: "u",
};
const over: Desired = { phase: "Stop", why: "expired", paused: false, expired: true, deadline: 0 };
const is = (outcome: StageResult["outcome"]): StageResult => ({ outcome, passed: 1, failed: 0, failedInRow: 0 });
const [passed, failed, error] = [is("Passed"), is("Failed"), is("Error")];

/** The verdict on one probe that stands like this, of an experiment whose time is over unless said otherwise. */
function verdict(where: Omit<ProbeStatus, "name" | "samples">, more: Partial<Evidence> = {}) {
	const statuses = [{ name: "front", samples: [], ...where }];
	const standing = standingOf([probe], statuses);
	const all = { probes: [probe], statuses, standing, desired: over, records: [record], done: false, pending: false };
	return verdictOf({ ...all, ...more });
}

const all = { before: passed, during: passed, after: passed };

it.each([
	["passed", all, {}],
	["failed", { ...all, after: failed }, {}],
	["error", { ...all, after: error }, {}],
	["aborted", { ...all, during: failed }, {}],
	["aborted", { ...all, during: error }, {}],
	["aborted", { ...all, during: failed, after: failed }, {}],
	["inconclusive", { before: failed }, {}],
	["error", { before: error }, {}],
	["inconclusive", { before: passed, after: passed }, {}],
	["inconclusive", { before: passed, during: passed }, {}],
	["inconclusive", all, { records: [record, { ...record, injectedCount: 0 }] }],
	["inconclusive", all, { records: [] }],
	["inconclusive", all, { desired: { ...over, stop: "night" } }],
	["passed", { before: passed, after: passed }, { done: true, desired: { ...over, phase: "Run", why: "running" } }],
	[undefined, all, { pending: true }],
	[undefined, { before: passed, during: passed }, { desired: { ...over, phase: "Run", why: "running" } }],
	[undefined, { before: passed, during: passed }, { desired: { ...over, why: "paused" } }],
	[undefined, {}, { probes: [] }],
] as const)("%s: %j %j", (expected, where, more) => {
	expect(verdict(where, more)).toBe(expected);
});
