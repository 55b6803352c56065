import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Alarms } from "../api/alarms.ts";
import type { Log } from "../api/log.ts";
import { step } from "../api/step.ts";
import { HttpError } from "./http-error.ts";
import { type LeaseEnd, leaseEnd, leftOf } from "./lease.ts";
import { replaceFile } from "./replace-file.ts";

/** A lease is renewed when a third of it is over; then it is written down, and not again with each batch of faults. */
const worthWriting = 0.9;

/** What the file holds. */
interface Known {
	/** Of the latest leader; 0: none has called. */
	epoch: number;
	/** Until when the faults of the node may stay. */
	lease?: LeaseEnd;
}

/**
 * The controller that leads, as far as this node has heard, and how long the faults of the node may stay without a word from it
 * (`leader.json` in the journal's folder). Of two that believe to lead the later one is right.
 */
export class Leader {
	readonly #path: string;
	readonly #boot: string;
	readonly #log: Log;
	#known: Known;
	/** The file lacks something that the memory has: there was no room. */
	#behind = false;
	#onDisk: LeaseEnd | undefined;
	#writes: Promise<void> = Promise.resolve();
	/** The latest leader is on the disk. */
	#heard: Promise<void> = Promise.resolve();
	#lapse: () => Promise<void> = async () => undefined;
	/** While the process lives, only its monotonic clock counts. */
	readonly #alarm = new Alarms(() => this.#lapsed());

	private constructor(path: string, boot: string, log: Log, known: Known) {
		this.#path = path;
		this.#boot = boot;
		this.#log = log;
		this.#known = known;
		this.#onDisk = known.lease;
	}

	/** Reads what an earlier process of the daemon has heard. `boot` is the one that the node is in. */
	static async open(folder: string, boot: string, log: Log): Promise<Leader> {
		const path = join(folder, "leader.json");
		return new Leader(path, boot, log, await read(path, log));
	}

	/**
	 * Has the faults taken out when the lease is over: at once, when that was while no daemon ran. A node without a lease holds none:
	 * its journal is an older version's, or its disk has lost it.
	 */
	async guard(lapse: () => Promise<void>): Promise<void> {
		this.#lapse = lapse;
		const left = this.leftMs;
		if (left > 0) this.#alarm.set("lease", left);
		else await lapse();
	}

	/** Guards no more; resolves when all that was heard is written down. */
	async stop(): Promise<void> {
		this.#alarm.stop();
		await this.#writes;
	}

	/**
	 * Lets the call of a leader in, once it is on the disk that no earlier one may call any more. On a full disk memory goes ahead:
	 * recovery must not wait for room. Throws an HttpError 409 when there is a later leader.
	 *
	 * @param leaseMs - how long all faults may stay from now on; absent: as long as before
	 */
	async admit(epoch: number, leaseMs?: number): Promise<void> {
		const before = this.#known.epoch;
		if (epoch < before) {
			const message = `the controller of epoch ${epoch} does not lead any more: that of epoch ${before} has called since`;
			throw new HttpError(409, message, {}, { epoch: before });
		}
		if (epoch > before) this.#log.info("another controller leads", { epoch, before });
		this.#known = { ...this.#known, epoch };
		if (leaseMs !== undefined) this.#prolong(leaseMs);
		if (epoch > before || this.#behind) this.#heard = this.#write();
		await this.#heard;
	}

	/** Milliseconds that the faults of the node may stay without another word; 0: it should hold none. */
	get leftMs(): number {
		const { lease } = this.#known;
		return lease ? leftOf(lease, this.#boot) : 0;
	}

	/** On the disk it need not be at once: what the next process knows of is only shorter. */
	#prolong(leaseMs: number): void {
		this.#alarm.set("lease", leaseMs);
		this.#known = { ...this.#known, lease: leaseEnd(leaseMs, this.#boot) };
		const known = this.#onDisk ? leftOf(this.#onDisk, this.#boot) : 0;
		if (known < leaseMs * worthWriting) void this.#write();
	}

	#write(): Promise<void> {
		this.#writes = this.#writes.then(() => this.#store());
		return this.#writes;
	}

	async #store(): Promise<void> {
		const known = this.#known;
		try {
			await step("leader-write", () => replaceFile(this.#path, JSON.stringify(known)));
			this.#onDisk = known.lease;
			this.#behind = false;
		} catch (error) {
			this.#behind = true;
			this.#log.error("who leads can't be written down; free room on that disk", { path: this.#path, error });
		}
	}

	async #lapsed(): Promise<void> {
		this.#log.warn("no controller has renewed the lease of the node; its faults are taken out", {
			epoch: this.#known.epoch,
			leaseMs: this.#known.lease?.leaseMs,
		});
		await this.#lapse().catch((error: unknown) => {
			this.#log.error("taking out the faults of the node failed", { error });
		});
	}
}

/** What the file says; nothing when there is none, or when it can't be read, which no crash of ours can bring about. */
async function read(path: string, log: Log): Promise<Known> {
	try {
		const known = JSON.parse(await readFile(path, "utf8")) as Known;
		if (Number.isSafeInteger(known.epoch)) return known;
		throw new Error(`epoch: ${JSON.stringify(known.epoch)} is not a whole number`);
	} catch (error) {
		const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
		if (!missing) {
			log.error("what is known of the leader can't be read; the next one is believed", { path, error });
		}
		return { epoch: 0 };
	}
}
