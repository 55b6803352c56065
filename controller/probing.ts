import type { ProbeStage } from "../api/probe.ts";
import type { Status, Verdict } from "../api/status.ts";
import type { Pass } from "./pass.ts";
import { closeDuring, resultOf, undecided } from "./probes/results.ts";
import { afterLeftMs, isDone, isFinal, stageOf } from "./probes/stage.ts";
import { verdictOf } from "./probes/verdict.ts";

/** What a look at an experiment comes to for its probes. */
export interface Conclusion {
	/** The part whose probes are looked at from now on. */
	stage: ProbeStage | undefined;
	/** Once there is one, it stays. */
	verdict: Verdict | undefined;
	/** An object that is being deleted is held for its probes. */
	held: boolean;
}

/** Says which probes are to be looked at now, and what those that were say about the system. */
export function concludeProbes(pass: Pass, before: Status | undefined, owed: boolean): Conclusion {
	const { world, desired, standing, traits, probes, experiment } = pass;
	if (probes.length === 0) return { stage: undefined, verdict: before?.verdict, held: false };
	const { oneShot } = traits;
	const records = pass.records ?? [];
	const looked = probes.some((probe) => resultOf(pass.probed, probe, "during") !== undefined);
	const scene = { desired, standing, oneShot, records, looked, owed };
	if (isFinal(scene)) pass.probed = closeDuring(pass.probed);
	const stage = stageOf(scene);
	const leftMs = stage === "after" ? afterLeftMs(experiment, oneShot, probes, pass.probed, world.now()) : 0;
	const deleted = desired.why === "deleted";
	if (deleted && leftMs !== undefined && leftMs > 0) pass.again.push(leftMs);
	const held = deleted && leftMs !== 0;
	const done = isDone(scene);
	const evidence = { probes, statuses: pass.probed, standing, desired, records, done, pending: owed || leftMs !== 0 };
	const verdict = before?.verdict ?? verdictOf(evidence);
	return { stage: stage && undecided(probes, pass.probed, stage).length > 0 ? stage : undefined, verdict, held };
}
