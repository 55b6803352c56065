import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../api/log.ts";
import { step } from "../api/step.ts";
import { HttpError } from "./http-error.ts";
import { replaceFile } from "./replace-file.ts";

/**
 * The controller that leads, as far as this node has heard (`leader.json` in the journal's folder). Of two that believe to lead the
 * later one is right.
 */
export class Leader {
	readonly #path: string;
	readonly #log: Log;
	#epoch: number;
	/** What the file lacks, for want of room. */
	#behind = false;
	#stored: Promise<void> = Promise.resolve();

	private constructor(path: string, log: Log, epoch: number) {
		this.#path = path;
		this.#log = log;
		this.#epoch = epoch;
	}

	/** Reads what an earlier process of the daemon has heard. */
	static async open(folder: string, log: Log): Promise<Leader> {
		const path = join(folder, "leader.json");
		return new Leader(path, log, await read(path, log));
	}

	/**
	 * Lets the call of a leader in, once it is on the disk that no earlier one may call any more. On a full disk memory goes ahead:
	 * recovery must not wait for room. Throws an HttpError 409 when there is a later leader.
	 */
	async admit(epoch: number): Promise<void> {
		if (epoch < this.#epoch) {
			const message = `the controller of epoch ${epoch} does not lead any more: that of epoch ${this.#epoch} has called since`;
			throw new HttpError(409, message, {}, { epoch: this.#epoch });
		}
		if (epoch > this.#epoch) this.#log.info("another controller leads", { epoch, before: this.#epoch });
		if (epoch > this.#epoch || this.#behind) {
			this.#epoch = epoch;
			this.#stored = this.#stored.then(() => this.#store());
		}
		await this.#stored;
	}

	async #store(): Promise<void> {
		try {
			const text = JSON.stringify({ epoch: this.#epoch });
			await step("leader-write", () => replaceFile(this.#path, text));
			this.#behind = false;
		} catch (error) {
			this.#behind = true;
			this.#log.error("who leads can't be written down; free room on that disk", { path: this.#path, error });
		}
	}
}

/** What the file says; 0 when there is none, or when it can't be read, which no crash of ours can bring about. */
async function read(path: string, log: Log): Promise<number> {
	try {
		const { epoch } = JSON.parse(await readFile(path, "utf8")) as { epoch: number };
		return Number.isSafeInteger(epoch) ? epoch : 0;
	} catch (error) {
		const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
		if (!missing) log.error("what is known of the leader can't be read; the next one is believed", { path, error });
		return 0;
	}
}
