import type { Experiment } from "../../api/experiment.ts";
import type { Probe, ProbeStage } from "../../api/probe.ts";
import type { ProbeStatus, TargetRecord } from "../../api/status.ts";
import type { Desired } from "../desired-phase.ts";
import { undecided } from "./results.ts";
import type { Standing } from "./standing.ts";

/** How long an object that is being deleted is held for the probes after the fault, ms. */
export const graceMs = 10_000;

/** What the part of an experiment follows from. */
export interface Scene {
	desired: Desired;
	standing: Standing;
	oneShot: boolean;
	/** Undefined: no targets chosen yet. */
	records: readonly TargetRecord[] | undefined;
	/** Probes have been looked at while the fault was in place; those whom it hit may all be gone by now. */
	looked: boolean;
	/** A recovery is owed, or a call to a node runs. */
	owed: boolean;
}

/** The part that an experiment is in; undefined: none in which probes are looked at. */
export function stageOf(scene: Scene): ProbeStage | undefined {
	const { desired, standing, records = [], looked, owed } = scene;
	if (records.length === 0 && !looked) return undefined;
	switch (desired.why) {
		case "running":
			if (standing.awaited.length > 0) return "before";
			if (isDone(scene)) return "after";
			return wasHit(scene) ? "during" : undefined;
		case "expired":
		case "aborted":
		case "deleted":
			if (owed || !wasHit(scene)) return undefined;
			return "after";
		default:
			return undefined;
	}
}

/** Whether the fault was done once to every target. */
export function isDone({ oneShot, records = [] }: Pick<Scene, "oneShot" | "records">): boolean {
	return oneShot && records.length > 0 && records.every(({ phase }) => phase === "Injected");
}

/** Whether no fault is to be in place any more, whatever happens. */
export function isFinal(scene: Scene): boolean {
	return isDone(scene) || ["expired", "aborted", "deleted"].includes(scene.desired.why);
}

/**
 * How long the probes after the fault are still waited for, ms; 0: they are decided, or it has been enough; undefined: until they are
 * decided. Who deletes an object must not wait for a system that does not come back.
 *
 * @param oneShot - nothing is recovered, so nothing is waited for before them
 */
export function afterLeftMs(
	{ metadata, status }: Experiment,
	oneShot: boolean,
	probes: readonly Probe[],
	statuses: readonly ProbeStatus[],
	now: number,
): number | undefined {
	if (undecided(probes, statuses, "after").length === 0) return 0;
	if (metadata.deletionTimestamp === undefined) return undefined;
	const deleted = Date.parse(metadata.deletionTimestamp);
	const recovered = status?.conditions?.find(({ type }) => type === "AllRecovered");
	const clean = recovered?.status === "True" ? Date.parse(recovered.lastTransitionTime) : now;
	return Math.max(0, Math.max(oneShot ? deleted : clean, deleted) + graceMs - now);
}

function wasHit({ records = [], looked }: Scene): boolean {
	return looked || records.some(({ injectedCount }) => injectedCount > 0);
}
