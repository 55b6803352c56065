import { setTimeout as sleep } from "node:timers/promises";
import {
	type AbilitiesResponse,
	type BatchResponse,
	daemonPaths,
	type InjectItem,
	type InjectionState,
} from "../api/daemon-api.ts";
import type { Log } from "../api/log.ts";
import type { Ability } from "../api/node-report.ts";
import { backoff } from "./backoff.ts";
import { DaemonClient, Outranked, type TlsMaterial } from "./daemon-client.ts";
import { readWatchLine } from "./watch-line.ts";
import type { Observed } from "./world.ts";

/** Largest body of a call; a node's targets go in one call unless their instructions are larger than this together. */
const largestBody = 1 << 20;

/** What a link asks its owner, and tells it. */
export interface LinkListener {
	/** The epoch in which we lead; throws when we do not (any more), so that no call is made. */
	epoch: () => number;
	/** How long the daemon may keep its faults after each time that it has heard of us. */
	leaseMs: number;
	/** The daemon has heard of a later leader. */
	onOutranked: (epoch: number) => void;
	/** The daemon has noticed a change. */
	onState: (state: InjectionState) => void;
	/** All that the daemon holds is known. */
	onSynced: () => void;
}

/** The daemon of one node: calls to it, and what it holds, followed over its watch stream. */
export class DaemonLink {
	readonly #client: DaemonClient;
	readonly #log: Log;
	readonly #listener: LinkListener;
	readonly #stop = new AbortController();
	#held = new Map<string, InjectionState>();
	/** Ids that answers to calls have told of since the snapshot under way began: newer than what the snapshot says. */
	#touched = new Set<string>();
	#synced = false;
	readonly #loops: Promise<unknown>;

	constructor(address: string, tls: () => TlsMaterial, log: Log, listener: LinkListener) {
		this.#client = new DaemonClient(address, tls);
		this.#log = log;
		this.#listener = listener;
		this.#loops = Promise.all([this.#run(), this.#keepLease()]);
	}

	/** Whether all that the daemon holds is known: the stream is up and complete. */
	get synced(): boolean {
		return this.#synced;
	}

	/** What the daemon holds, as last heard. */
	held(): Iterable<InjectionState> {
		return this.#held.values();
	}

	/** Where one injection stands; `absent` only while the stream is up and complete. */
	observed(id: string): Observed {
		return this.#held.get(id) ?? (this.#synced ? "absent" : "unknown");
	}

	/** Puts faults in place. */
	async inject(items: InjectItem[]): Promise<InjectionState[]> {
		const results: InjectionState[] = [];
		for (const part of parts(items)) {
			const { leaseMs } = this.#listener;
			const answer = await this.#call<BatchResponse>(daemonPaths.inject, { leaseMs, items: part });
			results.push(...this.#learned(answer));
		}
		return results;
	}

	/** Takes faults out. */
	async recover(ids: string[]): Promise<InjectionState[]> {
		return this.#learned(await this.#call<BatchResponse>(daemonPaths.recover, { ids }));
	}

	/** What the node can do. */
	async abilities(): Promise<Ability[]> {
		return (await this.#client.call<AbilitiesResponse>(daemonPaths.abilities, {})).faults;
	}

	/** Ends stream and connection. */
	async close(): Promise<void> {
		this.#stop.abort();
		this.#client.close();
		await this.#loops;
	}

	async #call<T>(path: string, body: object): Promise<T> {
		const epoch = this.#listener.epoch();
		try {
			return await this.#client.call<T>(path, { epoch, ...body });
		} catch (error) {
			if (error instanceof Outranked) this.#listener.onOutranked(error.epoch);
			throw error;
		}
	}

	/** Renews the lease of all faults of the node, when a third of it is over. */
	async #keepLease(): Promise<void> {
		const { signal } = this.#stop;
		const { leaseMs } = this.#listener;
		let failures = 0;
		while (!signal.aborted) {
			let wait = leaseMs / 3;
			try {
				await this.#call(daemonPaths.lease, { leaseMs });
				failures = 0;
			} catch (error) {
				if (!signal.aborted) this.#log.warn("the lease of the node could not be renewed", { error });
				wait = Math.min(wait, backoff(++failures, 250, 5000));
			}
			await sleep(wait, undefined, { signal }).catch(() => undefined);
		}
	}

	#learned({ results }: BatchResponse): InjectionState[] {
		for (const state of results) this.#learn(state);
		return results;
	}

	#learn(state: InjectionState): void {
		this.#touched.add(state.id);
		this.#set(this.#held, state);
	}

	#set(held: Map<string, InjectionState>, state: InjectionState): void {
		if (state.status === "recovered") held.delete(state.id);
		else held.set(state.id, state);
	}

	async #run(): Promise<void> {
		const { signal } = this.#stop;
		let failures = 0;
		while (!signal.aborted) {
			try {
				for await (const line of this.#client.stream(daemonPaths.watch, signal)) {
					failures = 0;
					this.#take(line);
				}
			} catch (error) {
				if (!signal.aborted) this.#log.warn("the daemon's stream broke; it is taken up again", { error });
			}
			this.#synced = false;
			this.#snapshot = new Map();
			this.#touched = new Set();
			failures++;
			await sleep(backoff(failures, 250, 15_000), undefined, { signal }).catch(() => undefined);
		}
	}

	#snapshot = new Map<string, InjectionState>();

	#take(line: string): void {
		const said = readWatchLine(line);
		if (said === undefined) return;
		if (said === "synced") this.#complete();
		else if (!this.#synced) this.#set(this.#snapshot, said);
		else {
			this.#set(this.#held, said);
			this.#listener.onState(said);
		}
	}

	#complete(): void {
		for (const id of this.#touched) {
			const newer = this.#held.get(id);
			if (newer) this.#snapshot.set(id, newer);
			else this.#snapshot.delete(id);
		}
		this.#held = this.#snapshot;
		this.#snapshot = new Map();
		this.#touched = new Set();
		this.#synced = true;
		this.#listener.onSynced();
	}
}

function parts(items: readonly InjectItem[]): InjectItem[][] {
	const all: InjectItem[][] = [];
	let size = largestBody;
	for (const item of items) {
		const length = Buffer.byteLength(JSON.stringify(item));
		if (size + length > largestBody || all.length === 0) {
			all.push([]);
			size = 0;
		}
		all.at(-1)?.push(item);
		size += length;
	}
	return all;
}
