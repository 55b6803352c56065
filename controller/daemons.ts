import type { InjectItem, InjectionState } from "../api/daemon-api.ts";
import type { Log } from "../api/log.ts";
import { systemLabel } from "../api/names.ts";
import type { Ability } from "../api/node-report.ts";
import type { Pod } from "../selection/pod.ts";
import type { TlsMaterial } from "./daemon-client.ts";
import { DaemonLink } from "./daemon-link.ts";
import type { Held } from "./leftovers.ts";
import { type Nodes, NodeUnavailable, type Observed, type RecoverItem } from "./world.ts";

/** What the daemons' directory needs. */
export interface DaemonsOptions {
	/** Where the daemons' pods are. */
	namespace: string;
	tls: () => TlsMaterial;
	/** The epoch in which we lead; throws when we do not (any more). */
	epoch: () => number;
	/** How long a daemon may keep its faults after each time that it has heard of us. */
	leaseMs: number;
	/** A daemon has heard of a later leader. */
	onOutranked: (epoch: number) => void;
	log: Log;
	/** A daemon has noticed a change. */
	onState: (node: string, state: InjectionState) => void;
	/** All that a node's daemon holds is known: it has come, or come back. */
	onSynced: (node: string) => void;
}

/** All daemons, by node: found by their pods, each with one link that lives as long as its pod is ready. */
export class Daemons implements Nodes {
	readonly #options: DaemonsOptions;
	readonly #pods = new Map<string, Pod>();
	readonly #links = new Map<string, { podUid: string; address: string; link: DaemonLink }>();
	readonly #closing = new Set<Promise<void>>();

	constructor(options: DaemonsOptions) {
		this.#options = options;
	}

	/** To be told of every change of a pod. */
	podChanged(after: Pod | undefined, before: Pod | undefined): void {
		const pod = after ?? before;
		if (!pod || pod.metadata.namespace !== this.#options.namespace) return;
		const nodes = new Set<string>();
		for (const version of [before, after]) {
			if (version?.metadata.labels?.[systemLabel] === "daemon" && version.spec.nodeName)
				nodes.add(version.spec.nodeName);
		}
		if (nodes.size === 0) return;
		if (after?.metadata.labels?.[systemLabel] === "daemon") this.#pods.set(after.metadata.uid, after);
		else this.#pods.delete(pod.metadata.uid);
		for (const node of nodes) this.#relink(node);
	}

	async inject(node: string, items: InjectItem[]): Promise<InjectionState[]> {
		return this.#link(node).inject(items);
	}

	async recover(node: string, items: readonly Pick<RecoverItem, "id">[]): Promise<InjectionState[]> {
		return this.#link(node).recover(items.map(({ id }) => id));
	}

	/** What a node can do, as its daemon says; undefined: it has none now. Rejects when that does not answer, or is too old to say. */
	async abilities(node: string): Promise<Ability[] | undefined> {
		return this.#links.get(node)?.link.abilities();
	}

	/** What the daemon of a node says of an injection. */
	observed(node: string, id: string): Observed {
		return this.#links.get(node)?.link.observed(id) ?? "unknown";
	}

	/** For each link, whether all that its daemon holds is known. */
	synced(): boolean[] {
		return [...this.#links.values()].map(({ link }) => link.synced);
	}

	/** All that all daemons hold. */
	*held(): Generator<Held> {
		for (const [node, { link }] of this.#links) {
			for (const { id, experiment } of link.held()) yield { node, id, experiment };
		}
	}

	/** Closes all links. */
	async close(): Promise<void> {
		for (const node of [...this.#links.keys()]) this.#unlink(node);
		await Promise.all(this.#closing);
	}

	#link(node: string): DaemonLink {
		const linked = this.#links.get(node);
		if (linked) return linked.link;
		const { namespace } = this.#options;
		throw new NodeUnavailable(
			`no chaos daemon is ready on node ${node}; look at kubectl get pods -n ${namespace} -l ${systemLabel}=daemon -o wide`,
		);
	}

	#relink(node: string): void {
		const best = [...this.#pods.values()]
			.filter((pod) => pod.spec.nodeName === node && isReady(pod))
			.sort((one, other) => created(other) - created(one))[0];
		const address = best?.status.podIPs?.[0]?.ip;
		const present = this.#links.get(node);
		if (present && best?.metadata.uid === present.podUid && address === present.address) return;
		if (present) this.#unlink(node);
		if (!best || address === undefined) return;
		const log = this.#options.log.with({ node, address });
		const { tls, epoch, leaseMs, onOutranked } = this.#options;
		const link = new DaemonLink(address, tls, log, {
			epoch,
			leaseMs,
			onOutranked,
			onState: (state) => this.#options.onState(node, state),
			onSynced: () => this.#options.onSynced(node),
		});
		log.info("daemon found");
		this.#links.set(node, { podUid: best.metadata.uid, address, link });
	}

	#unlink(node: string): void {
		const closing = this.#links
			.get(node)
			?.link.close()
			.finally(() => this.#closing.delete(closing as Promise<void>));
		if (closing) this.#closing.add(closing);
		this.#links.delete(node);
	}
}

function isReady({ metadata, status }: Pod): boolean {
	if (metadata.deletionTimestamp !== undefined) return false;
	return status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
}

function created({ metadata }: Pod): number {
	return Date.parse(metadata.creationTimestamp ?? "") || 0;
}
