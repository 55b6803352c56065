import type { Log } from "../api/log.ts";
import { step } from "../api/step.ts";
import { type ApiServer, isStatus, orNothing } from "./api-server.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Lease, leaseName, leasesPath, microTime, nextEpoch } from "./lease.ts";
import { Term } from "./term.ts";

/** Times of an election, ms. */
export interface ElectionTimes {
	/** How long the others leave a Lease alone that does not change. */
	leaseMs: number;
	/** How long a leader acts on a renewal, from the moment in which it asked for it: less, so that it stops before they begin. */
	leadMs: number;
	/** Pause between two renewals, and between two looks of one who does not lead. */
	renewMs: number;
	lookMs: number;
}

/** What installations use. */
export const usualTimes: ElectionTimes = { leaseMs: 15_000, leadMs: 10_000, renewMs: 2000, lookMs: 1000 };

/** What an election needs. */
export interface ElectionOptions {
	/** Should give up on an answer well before a lease is over. */
	server: Pick<ApiServer, "get" | "post" | "put">;
	/** Where the Lease is. */
	namespace: string;
	/** Name of this replica, which no other process that lives has. */
	identity: string;
	log: Log;
	/** Called when this replica begins to lead; the term says when that is over. */
	onElected: (term: Term) => void;
	times?: ElectionTimes;
	clock?: Clock;
}

/** A Lease that does not change, seen from here. */
interface Seen {
	version: string | undefined;
	/** When it may be taken, by our clock. */
	freeAt: number;
}

/** The Lease is somebody else's, or gone. */
class Lost extends Error {}

/**
 * Sees to it that one replica leads, by a Lease. Only lengths of time by each replica's own clock count, never times that another has
 * written: a leader stops `leadMs` after it asked for the last renewal that it got, and nobody takes a Lease that changed less than
 * `leaseMs` ago. What is under way at that moment, or comes from a process that was frozen, is refused by its epoch.
 */
export class Election {
	readonly #options: ElectionOptions;
	readonly #times: ElectionTimes;
	readonly #clock: Clock;
	readonly #stop = new AbortController();
	#loop: Promise<void> = Promise.resolve();
	/** While somebody else holds the Lease. */
	#seen: Seen | undefined;
	/** While this replica leads. */
	#term: Term | undefined;
	#lease: Lease | undefined;
	/** The highest epoch of others that was heard of. */
	#outranked = 0;

	constructor(options: ElectionOptions) {
		this.#options = options;
		this.#times = options.times ?? usualTimes;
		this.#clock = options.clock ?? systemClock;
	}

	/** Begins to stand for election, until `stop`. */
	start(): void {
		this.#loop = this.#run();
	}

	/** Ends the term: a node has heard of a later one. Should the Lease be ours all the same, the next term comes after that one. */
	outranked(epoch: number): void {
		this.#outranked = Math.max(this.#outranked, epoch);
		// It may be our own present term that a call of an earlier one has met.
		if (this.#term && epoch > this.#term.epoch) this.#resign(`a node has heard of a later leader (epoch ${epoch})`);
	}

	/** Gives the Lease back, so that another replica can take it at once. To be called when nothing is done in the term any more. */
	async stop(): Promise<void> {
		this.#stop.abort();
		await this.#loop;
		const { identity, log } = this.#options;
		const held = this.#term?.lasts && this.#lease;
		this.#resign("it is being stopped");
		if (!held) return;
		const spec = { ...held.spec, holderIdentity: "", renewTime: microTime(this.#clock.wall()) };
		try {
			await this.#put({ ...held, spec });
		} catch (error) {
			log.warn("the Lease could not be given back; the others wait until it is over", { identity, error });
		}
	}

	async #run(): Promise<void> {
		while (!this.#stop.signal.aborted) {
			try {
				await (this.#term ? this.#hold(this.#term) : this.#stand());
			} catch (error) {
				this.#options.log.warn("the Lease of the controllers can't be read or written", { error });
			}
			if (this.#term && !this.#term.lasts) this.#resign("the Lease could not be renewed in time");
			const wait = this.#term ? this.#times.renewMs : this.#times.lookMs;
			await this.#clock.sleep(Math.min(wait, this.#term?.leftMs ?? wait), this.#stop.signal);
		}
	}

	/** Renews the Lease of the term, or learns that it is lost; settles when the term is over at the latest. */
	async #hold(term: Term): Promise<void> {
		const asked = this.#clock.now();
		const inTime = new AbortController();
		const over = this.#clock.sleep(term.leftMs, inTime.signal);
		try {
			await Promise.race([this.#renew(term).then(() => term.extend(asked + this.#times.leadMs)), over]);
		} catch (error) {
			if (!(error instanceof Lost)) throw error;
			if (this.#term === term) this.#resign(error.message);
		} finally {
			inTime.abort();
		}
	}

	async #renew(term: Term): Promise<void> {
		try {
			await this.#prolong(term);
		} catch (error) {
			if (isStatus(error, 404)) throw new Lost("the Lease was deleted");
			if (!isStatus(error, 409)) throw error;
			// An earlier renewal got through whose answer did not, or somebody has edited the object: who holds it?
			const present = await this.#read();
			const ours = present?.spec.holderIdentity === this.#options.identity;
			if (!present || !ours || present.spec.leaseTransitions !== term.epoch) throw new Lost("the Lease was taken");
			this.#lease = present;
			await this.#prolong(term);
		}
	}

	async #prolong(term: Term): Promise<void> {
		if (!this.#lease) return;
		const { metadata, spec } = this.#lease;
		const renewed = await this.#put({ metadata, spec: { ...spec, renewTime: microTime(this.#clock.wall()) } });
		// An answer that comes after the end of its term is about a Lease that may have been taken up anew.
		if (this.#term === term) this.#lease = renewed;
	}

	/** Takes the Lease when it is free. */
	async #stand(): Promise<void> {
		const present = await this.#read();
		if (!this.#isFree(present)) return;
		const asked = this.#clock.now();
		const taken = await this.#take(present);
		if (!taken) return;
		const { leaseTransitions: epoch = 0 } = taken.spec;
		this.#seen = undefined;
		this.#lease = taken;
		this.#term = new Term(epoch, asked + this.#times.leadMs, this.#clock.now);
		// Told to stop meanwhile: only to be given back.
		if (this.#stop.signal.aborted) return;
		this.#options.log.info("this replica leads", { identity: this.#options.identity, epoch });
		this.#options.onElected(this.#term);
	}

	/**
	 * Nobody holds it; or we do, which is an earlier process of this very pod, or a term that was ended early; or it did not change
	 * for as long as it lasts. One that was deleted while somebody held it is waited for just as long.
	 */
	#isFree(present: Lease | undefined): boolean {
		const now = this.#clock.now();
		const holder = present?.spec.holderIdentity;
		if (present && (!holder || holder === this.#options.identity)) return true;
		if (present && this.#seen?.version !== present.metadata.resourceVersion) {
			const lastsMs = (present.spec.leaseDurationSeconds ?? 0) * 1000 || this.#times.leaseMs;
			this.#seen = { version: present.metadata.resourceVersion, freeAt: now + lastsMs };
		}
		return this.#seen === undefined || now >= this.#seen.freeAt;
	}

	/** Undefined when somebody else was faster. */
	async #take(present: Lease | undefined): Promise<Lease | undefined> {
		const { namespace, identity, server } = this.#options;
		const now = microTime(this.#clock.wall());
		const spec = {
			holderIdentity: identity,
			leaseDurationSeconds: Math.ceil(this.#times.leaseMs / 1000),
			acquireTime: now,
			renewTime: now,
			leaseTransitions: nextEpoch(present, this.#outranked, this.#clock.wall()),
		};
		try {
			if (present) return await this.#put({ ...present, spec });
			const fresh = {
				apiVersion: "coordination.k8s.io/v1",
				kind: "Lease",
				metadata: { name: leaseName, namespace },
				spec,
			};
			return await step("lease-create", () => server.post<Lease>(leasesPath(namespace), fresh));
		} catch (error) {
			if (isStatus(error, 409) || isStatus(error, 404)) return undefined;
			throw error;
		}
	}

	#resign(why: string): void {
		const term = this.#term;
		if (!term) return;
		this.#term = undefined;
		this.#lease = undefined;
		this.#options.log.info("this replica leads no more", {
			identity: this.#options.identity,
			epoch: term.epoch,
			why,
		});
		term.end();
	}

	#read(): Promise<Lease | undefined> {
		const { server, namespace } = this.#options;
		return orNothing(server.get<Lease>(`${leasesPath(namespace)}/${leaseName}`));
	}

	#put(lease: Lease): Promise<Lease> {
		const { server, namespace } = this.#options;
		return step("lease-write", () => server.put<Lease>(`${leasesPath(namespace)}/${leaseName}`, lease));
	}
}
