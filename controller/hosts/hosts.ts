import { errorText } from "../../api/log.ts";
import type { NamedHost } from "../../api/plan.ts";
import type { LookUp } from "./found.ts";

/** A name that stands for nothing is looked up again after this long. */
const retryMs = 5000;
/** A name that nobody has asked for in this time is forgotten. */
const forgetMs = 600_000;

/** What is known of a name. */
export interface KnownHost {
	host: NamedHost;
	/** Sorted; those of the last good answers when there is a problem. None: it has never been looked up with success. */
	addresses: string[];
	/** Why it stands for nothing now, and what to do. */
	problem?: string;
	/** When to ask again, ms from now. */
	againMs: number;
}

interface Entry {
	/** When each address was named last. */
	seen: Map<string, number>;
	problem?: string;
	dueAt: number;
	askedAt: number;
	running?: Promise<void> | undefined;
	/** Keys of those who want to hear when it changes. */
	listeners: Set<string>;
}

/** What names need. */
export interface HostsOptions {
	lookUp: LookUp;
	/** Told of each who has asked for a name that stands for something else now. */
	wake: (key: string) => void;
	/** Now, ms since the epoch. */
	now?: () => number;
}

/**
 * What names stand for, looked up again and again for as long as somebody asks. Look-ups run in the background: who asks for what is
 * known gets it at once, and only the first who asks for a name waits for an answer.
 */
export class Hosts {
	readonly #options: HostsOptions;
	readonly #now: () => number;
	readonly #entries = new Map<string, Entry>();

	constructor(options: HostsOptions) {
		this.#options = options;
		this.#now = options.now ?? Date.now;
	}

	/**
	 * @param key - who asks, for `wake`
	 * @param last - what an earlier controller knew
	 */
	async ask(key: string, host: NamedHost, last: readonly string[]): Promise<KnownHost> {
		const entry = this.#entry(host, last);
		entry.askedAt = this.#now();
		if (entry.dueAt <= this.#now()) this.#refresh(host, entry);
		if (entry.seen.size === 0 && entry.problem === undefined) await entry.running;
		entry.listeners.add(key);
		const addresses = addressesOf(entry);
		const againMs = entry.running ? retryMs : Math.max(0, entry.dueAt - this.#now());
		return { host, addresses, againMs, ...(entry.problem !== undefined && { problem: entry.problem }) };
	}

	#entry({ name, port }: NamedHost, last: readonly string[]): Entry {
		const key = `${name}:${port ?? ""}`;
		const known = this.#entries.get(key);
		if (known) return known;
		const now = this.#now();
		for (const [other, { askedAt }] of this.#entries) if (now - askedAt > forgetMs) this.#entries.delete(other);
		const seen = new Map(last.map((address) => [address, now]));
		const entry: Entry = { seen, dueAt: 0, askedAt: now, listeners: new Set() };
		this.#entries.set(key, entry);
		return entry;
	}

	#refresh(host: NamedHost, entry: Entry): void {
		entry.running ??= this.#lookUp(host, entry).finally(() => {
			entry.running = undefined;
		});
	}

	async #lookUp(host: NamedHost, entry: Entry): Promise<void> {
		const before = [entry.problem, ...addressesOf(entry)].join();
		try {
			const { addresses, freshMs, keptMs, partial } = await this.#options.lookUp(host);
			const now = this.#now();
			for (const address of addresses) entry.seen.set(address, now);
			const named = new Set(addresses);
			for (const [address, at] of entry.seen) {
				if (!partial && !named.has(address) && now - at >= keptMs) entry.seen.delete(address);
			}
			entry.dueAt = now + freshMs;
			delete entry.problem;
		} catch (error) {
			// What stands for nothing may be back soon, and must not become a fault for everybody: what was known stays.
			entry.problem = errorText(error);
			entry.dueAt = this.#now() + retryMs;
		}
		if (before === [entry.problem, ...addressesOf(entry)].join()) return;
		const listeners = [...entry.listeners];
		entry.listeners.clear();
		for (const key of listeners) this.#options.wake(key);
	}
}

function addressesOf({ seen }: Entry): string[] {
	return [...seen.keys()].sort();
}
