import type { InjectionState } from "../api/daemon-api.ts";
import type { Experiment } from "../api/experiment.ts";
import type { Log } from "../api/log.ts";
import { injectionOf } from "./records.ts";

/** An injection that a node's daemon holds, or a pod. */
export interface Held {
	node: string;
	id: string;
	/** Uid of the experiment. */
	experiment: string;
}

/** What looking for leftovers needs. */
export interface LeftoversOptions<H extends Held> {
	/** All that is held. */
	held: () => Iterable<H>;
	/** Takes faults out; all are on that node. */
	recover: (node: string, held: H[]) => Promise<InjectionState[]>;
	/** Experiments by uid, as the caches have them; undefined while the caches are not complete. */
	cached: () => ReadonlyMap<string, Experiment> | undefined;
	/** All experiments as they are now. */
	list: () => Promise<Experiment[]>;
	log: Log;
}

/**
 * Takes out faults that no experiment knows of: the experiment is gone (its finalizer was removed by force), or its target is
 * and another pod has taken its place in the record. Caches only raise the suspicion; a live list decides: a fault is put in
 * place after its record was written, so a list that is younger than the fault has the record if there is one.
 */
export async function recoverLeftovers<H extends Held>({
	held,
	recover,
	cached,
	list,
	log,
}: LeftoversOptions<H>): Promise<void> {
	const known = cached();
	if (!known) return;
	const all = [...held()];
	const suspects = unwanted(all, (uid) => known.get(uid));
	if (suspects.length === 0) return;
	const live = new Map((await list()).map((experiment) => [experiment.metadata.uid, experiment]));
	const leftovers = unwanted(suspects, (uid) => live.get(uid));
	const byNode = Map.groupBy(leftovers, ({ node }) => node);
	await Promise.all([...byNode].map(([node, found]) => takeOut(recover, log.with({ node }), node, found)));
}

async function takeOut<H extends Held>(
	recover: LeftoversOptions<H>["recover"],
	log: Log,
	node: string,
	found: H[],
): Promise<void> {
	const experiments = [...new Set(found.map(({ experiment }) => experiment))];
	const fields = { experiments, injections: found.map(({ id }) => id) };
	try {
		const results = await recover(node, found);
		const failed = results.filter(({ status }) => status === "failed");
		if (failed.length > 0) throw new Error(failed[0]?.message ?? "the node gave no reason");
		log.info("recovered faults that no experiment knows of", fields);
	} catch (error) {
		log.warn("faults that no experiment knows of could not be recovered; tried again", { ...fields, error });
	}
}

/** Those whose experiment is unknown, or has no record of them that counts. */
function unwanted<H extends Held>(held: readonly H[], find: (uid: string) => Experiment | undefined): H[] {
	return [...Map.groupBy(held, ({ experiment }) => experiment)].flatMap(([uid, injections]) => {
		const records = find(uid)?.status?.experiment.containerRecords ?? [];
		const wanted = new Set(
			records.filter(({ reason }) => reason !== "TargetGone").map((record) => injectionOf(uid, record)),
		);
		return injections.filter(({ id }) => !wanted.has(id));
	});
}
