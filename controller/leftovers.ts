import type { InjectionState } from "../api/daemon-api.ts";
import type { Experiment } from "../api/experiment.ts";
import type { Log } from "../api/log.ts";
import { injectionOf } from "./records.ts";
import type { Nodes } from "./world.ts";

/** An injection that a node's daemon holds. */
export interface Held {
	node: string;
	state: InjectionState;
}

/** What looking for leftovers needs. */
export interface LeftoversOptions {
	/** All that the daemons hold. */
	held: () => Iterable<Held>;
	nodes: Pick<Nodes, "recover">;
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
export async function recoverLeftovers({ held, nodes, cached, list, log }: LeftoversOptions): Promise<void> {
	const known = cached();
	if (!known) return;
	const all = [...held()];
	const suspects = unwanted(all, (uid) => known.get(uid));
	if (suspects.length === 0) return;
	const live = new Map((await list()).map((experiment) => [experiment.metadata.uid, experiment]));
	const leftovers = unwanted(suspects, (uid) => live.get(uid));
	const byNode = Map.groupBy(leftovers, ({ node }) => node);
	await Promise.all([...byNode].map(([node, found]) => takeOut(nodes, log.with({ node }), node, found)));
}

async function takeOut(nodes: Pick<Nodes, "recover">, log: Log, node: string, found: Held[]): Promise<void> {
	const injections = found.map(({ state }) => state.id);
	try {
		const results = await nodes.recover(node, injections);
		const failed = results.filter(({ status }) => status === "failed");
		if (failed.length > 0) throw new Error(failed[0]?.message ?? "the node gave no reason");
		log.info("recovered faults that no experiment knows of", { injections });
	} catch (error) {
		log.warn("faults that no experiment knows of could not be recovered; tried again", { injections, error });
	}
}

/** Those whose experiment is unknown, or has no record of them that counts. */
function unwanted(held: readonly Held[], find: (uid: string) => Experiment | undefined): Held[] {
	return [...Map.groupBy(held, ({ state }) => state.experiment)].flatMap(([uid, injections]) => {
		const records = find(uid)?.status?.experiment.containerRecords ?? [];
		const wanted = new Set(
			records.filter(({ reason }) => reason !== "TargetGone").map((record) => injectionOf(uid, record)),
		);
		return injections.filter(({ state }) => !wanted.has(state.id));
	});
}
