import { isDeepStrictEqual } from "node:util";
import type { InjectItem } from "../api/daemon-api.ts";
import { reinjectAnnotation } from "../api/names.ts";
import type { TargetRecord } from "../api/status.ts";
import { type FollowedSelectors, followSelector } from "./following.ts";
import { addressesOf, learnHosts } from "./hosts/learn.ts";
import { lookWhileRunning } from "./look.ts";
import { refused } from "./outcomes.ts";
import { markBegun, mayCall, type Pass } from "./pass.ts";
import {
	type Circumstances,
	containerOf,
	fingerprint,
	livingPods,
	type Planned,
	type PlannedTargets,
	planTargets,
} from "./planning.ts";
import { injectionOf, inPhase, podOf } from "./records.ts";
import { recoverLeaving } from "./recovering.ts";
import { selectTargets } from "./selection.ts";

/** An experiment without targets is selected for again after this long, if no pod comes up before. */
const selectAgainMs = 5000;
/** A target that was there at the look and not at the planning is looked at again after this long. */
const planAgainMs = 1000;
/** What is spared on nodes whose own network is hit is looked at this often. */
const sparedAgainMs = 5000;
/** The daemon's own deadline comes this much later than ours, so that normally the controller ends the experiment. */
const deadlineSlackMs = 5000;

/** Instructions that the targets of an experiment have got, by injection id, and the pods and addresses they were planned for. */
interface Applied {
	fingerprint: string;
	digests: Map<string, string>;
}

/** What was applied, by experiment; memory only, a controller that starts takes it that things are as planned. */
export type AppliedPlans = Map<string, Applied>;

/**
 * Towards Run: chooses targets if there are none yet, or anew where they follow their selector, and once the probes before it have
 * passed, has every node put in what is missing or has changed.
 */
export async function injectTargets(pass: Pass, plans: AppliedPlans, followed: FollowedSelectors): Promise<void> {
	if (pass.notSelected) return;
	const hosts = pass.hosts;
	if (!(await learnHosts(pass)) || !(await haveTargets(pass))) return;
	if (pass.standing.awaited.length > 0) return;
	const before = pass.records ?? [];
	const looked = await lookWhileRunning(pass, before);
	const moved = !isDeepStrictEqual(pass.hosts, hosts);
	const changed = moved || looked.some((record, index) => targetChanged(record, before[index]));
	pass.records = putBack(pass, looked);
	pass.reinjected = askedValue(pass) ?? pass.reinjected;
	const regrouped = await followSelector(pass, followed);
	recoverLeaving(pass);
	await beginInjections(pass, plans, changed || regrouped);
}

async function haveTargets(pass: Pass): Promise<boolean> {
	if (pass.records) return true;
	const selected = await selectTargets(pass.world, pass.experiment);
	if (Array.isArray(selected)) pass.records = selected;
	else {
		pass.notSelected = selected;
		pass.again.push(selectAgainMs);
	}
	return pass.records !== undefined;
}

/** Lost faults are put back only when a new value of the annotation asks for it: somebody may have undone them on purpose. */
function putBack(pass: Pass, records: TargetRecord[]): TargetRecord[] {
	const asked = askedValue(pass);
	if (asked === undefined || asked === pass.reinjected) return records;
	return records.map((record) =>
		record.reason === "FaultLost" && !record.leaves ? inPhase(record, "Not Injected") : record,
	);
}

function askedValue({ experiment }: Pass): string | undefined {
	return experiment.metadata.annotations?.[reinjectAnnotation];
}

function targetChanged(now: TargetRecord, was: TargetRecord | undefined): boolean {
	return now.podUid !== was?.podUid || (now.reason === "TargetGone" && was.reason !== "TargetGone");
}

async function beginInjections(pass: Pass, plans: AppliedPlans, changed: boolean): Promise<void> {
	const { world, caller, traits, records = [] } = pass;
	// Nothing follows the world that is done once.
	if (traits.oneShot && !records.some(isDue)) return;
	const chosen = await livingPods(world, pass.experiment, records);
	if (!chosen) return;
	const onHost = Object.values(chosen).some((side) => side.some(({ hostNetwork }) => hostNetwork));
	const spared = onHost ? await world.spared(pass.experiment) : undefined;
	// Pods of the chaos system come and go; nothing else tells of it.
	if (spared) pass.again.push(sparedAgainMs);
	const circumstances: Circumstances = [addressesOf(pass.hosts), spared];
	const print = fingerprint(chosen, ...circumstances);
	const applied = plans.get(caller.uid);
	if (!records.some(isDue) && applied?.fingerprint === print) return;
	const planned = await planTargets(world, pass.experiment, chosen, ...circumstances);
	const digests = applied?.digests ?? new Map<string, string>();
	plans.set(caller.uid, { fingerprint: print, digests });
	pass.records = withRefusals(pass, withChangedInstructions(pass, planned, digests, changed), planned);
	const due = pass.records.filter((record) => isDue(record) && refusalOf(pass, record, planned) === undefined);
	for (const [node, ofNode] of Map.groupBy(due, (record) => record.node)) {
		if (mayCall(pass, node, "Apply")) beginOn(pass, node, ofNode, planned, digests);
	}
}

/** The records, those whose instruction is another than the one they got waiting again: the daemon exchanges the fault. */
function withChangedInstructions(
	{ caller, traits, records = [] }: Pass,
	planned: PlannedTargets,
	digests: Map<string, string>,
	changed: boolean,
): TargetRecord[] {
	if (traits.oneShot) return [...records];
	return records.map((record) => {
		const id = injectionOf(caller.uid, record);
		const plan = planned.get(id);
		if (record.phase !== "Injected" || !plan || "refused" in plan) return record;
		// After a start of the controller nobody knows what was applied: as planned now, unless targets have changed just now.
		const has = digests.get(id) ?? (changed ? "unknown" : plan.digest);
		digests.set(id, has);
		if (has === plan.digest) return record;
		return inPhase(
			record,
			"Not Injected/Wait",
			"Injecting",
			"what the fault is aimed at has changed, so the fault changes too",
		);
	});
}

/** The records, those that wait for a fault and will not get one with the reason. */
function withRefusals(pass: Pass, records: TargetRecord[], planned: PlannedTargets): TargetRecord[] {
	const timestamp = new Date(pass.world.now()).toISOString();
	return records.map((record) => {
		const why = isDue(record) ? refusalOf(pass, record, planned) : undefined;
		return why === undefined ? record : refused(record, why, timestamp, records.length);
	});
}

function refusalOf({ caller }: Pass, record: TargetRecord, planned: PlannedTargets): string | undefined {
	const plan = planned.get(injectionOf(caller.uid, record));
	return plan && "refused" in plan ? plan.refused : undefined;
}

function beginOn(
	pass: Pass,
	node: string,
	due: readonly TargetRecord[],
	planned: PlannedTargets,
	digests: Map<string, string>,
): void {
	const { calls, caller } = pass;
	const withPlan = due.filter((record) => planned.has(injectionOf(caller.uid, record)));
	if (withPlan.length < due.length) pass.again.push(planAgainMs);
	if (withPlan.length === 0) return;
	markBegun(pass, withPlan, "Not Injected/Wait");
	pass.begin.push(() => {
		const items = withPlan.flatMap((record) => {
			const id = injectionOf(caller.uid, record);
			const plan = planned.get(id);
			if (!plan || "refused" in plan) return [];
			digests.set(id, plan.digest);
			return [injectItem(pass, id, record, plan)];
		});
		calls.inject(caller, node, items);
	});
}

function injectItem({ world, experiment, desired }: Pass, id: string, record: TargetRecord, plan: Planned): InjectItem {
	const { namespace, name } = podOf(record);
	return {
		id,
		experiment: experiment.metadata.uid,
		kind: experiment.kind,
		target: { namespace, pod: name, podUid: record.podUid, containers: plan.pod.containers, ...containerOf(plan.pod) },
		instruction: plan.instruction,
		expiresInMs: Math.max(0, Math.round(desired.deadline - world.now())) + deadlineSlackMs,
	};
}

/** Whether a record of a running experiment waits for its fault. */
function isDue({ phase, reason, leaves }: TargetRecord): boolean {
	return !leaves && phase !== "Injected" && reason !== "FaultLost" && reason !== "TargetGone";
}
