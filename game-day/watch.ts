import { EventEmitter, once } from "node:events";
import type { Experiment } from "../api/experiment.ts";
import { ownerAnnotation, scopeLabel } from "../api/names.ts";
import type { Cluster } from "../provider/cluster/cluster.ts";
import type { ClusterReference } from "../provider/cluster/reference.ts";
import { kinds } from "../provider/kinds.ts";
import { holds } from "../provider/lifecycle/observe.ts";
import type { DeclaredScope } from "./program.ts";

/** What was seen of one experiment. */
export interface Seen {
	/** As it was last; when it is gone, right before. */
	latest: Experiment;
	/** Whether all its targets were hit at some time. */
	injected: boolean;
	/** Whether it is still there. */
	present: boolean;
}

/** Follows the experiments of a stack in their clusters, from before they are made until they are gone. */
export class Watch {
	/** By the owner of the object; those without one by their uid. */
	readonly seen = new Map<string, Seen>();
	/** Why something can't be followed; absent: everything is. */
	problem: string | undefined;
	private readonly find: (reference: ClusterReference) => Cluster;
	private readonly followed = new Set<string>();
	private readonly changes = new EventEmitter().setMaxListeners(0);
	private readonly end = new AbortController();

	/** @param find - the cluster of a reference; may throw */
	constructor(find: (reference: ClusterReference) => Cluster) {
		this.find = find;
	}

	/** Follows the experiments of one kind and scope, unless that is done already. */
	follow({ scope, cluster }: DeclaredScope, kind: string): void {
		const plural = kinds[kind]?.plural;
		const key = `${scope}/${plural}`;
		if (plural === undefined || this.followed.has(key)) return;
		this.followed.add(key);
		this.keepUp(plural, scope, cluster).catch((error: Error) => {
			if (this.end.signal.aborted) return;
			this.problem = `${plural} can't be followed: ${error.message}`;
			this.changes.emit("change");
		});
	}

	/** Resolves to true as soon as `settled` says so, which is asked after each change; to false when the signal comes before. */
	async until(settled: () => boolean, signal: AbortSignal): Promise<boolean> {
		while (!settled()) {
			if (signal.aborted) return false;
			await once(this.changes, "change", { signal }).catch(() => {});
		}
		return true;
	}

	/** Calls back after each change. */
	onChange(tell: () => void): void {
		this.changes.on("change", tell);
	}

	/** Objects that are still there. */
	left(): Experiment[] {
		return [...this.seen.values()].filter(({ present }) => present).map(({ latest }) => latest);
	}

	/** Follows no more; what was seen stays. */
	stop(): void {
		this.end.abort();
	}

	private async keepUp(plural: string, scope: string, cluster: ClusterReference): Promise<void> {
		const query = { plural, labels: `${scopeLabel}=${scope}` };
		const mine = new Set<string>();
		for await (const objects of this.find(cluster).follow(query, this.end.signal)) {
			const now = new Set(objects.map((object) => this.look(object)));
			for (const owner of mine) {
				const one = this.seen.get(owner);
				if (one && !now.has(owner)) one.present = false;
			}
			for (const owner of now) mine.add(owner);
			this.changes.emit("change");
		}
	}

	/** Keeps what an object is like now, and returns what it is kept by. */
	private look(latest: Experiment): string {
		const { uid, annotations } = latest.metadata;
		const key = annotations?.[ownerAnnotation] ?? uid;
		const before = this.seen.get(key);
		const same = before?.latest.metadata.uid === uid;
		const injected = (same && before.injected) || holds(latest, "AllInjected");
		this.seen.set(key, { latest, present: true, injected });
		return key;
	}
}
