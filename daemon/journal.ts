import { mkdir, open, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorText, type Log } from "../api/log.ts";
import { step } from "../api/step.ts";
import { AppendFile } from "./append-file.ts";
import type { Entry } from "./entry.ts";
import { apply, type Change, decode, encode, type JournalRecord } from "./record.ts";
import { syncFolder } from "./replace-file.ts";

/** Bytes below which the file is not worth writing anew. */
const smallEnough = 64 * 1024;

/**
 * The injections that this node holds, in memory and on disk (`injections.jsonl` in the journal's folder, see record.ts). An
 * injection is on the disk before its fault touches anything; what follows (confirmed, lost, recovered) is handed to the kernel
 * at once, which is enough for a daemon that is killed: after a power cut it is found out anew.
 */
export class Journal {
	readonly #folder: string;
	readonly #log: Log;
	readonly #file: AppendFile;
	readonly #entries: Map<string, Entry>;
	/** The file lacks something that the memory has: there was no room. */
	#behind: boolean;

	private constructor(folder: string, log: Log, file: AppendFile, entries: Map<string, Entry>, behind: boolean) {
		this.#folder = folder;
		this.#log = log.with({ journal: folder });
		this.#file = file;
		this.#entries = entries;
		this.#behind = behind;
	}

	/** Opens the journal in a folder, which is made if it is missing. */
	static async open(folder: string, log: Log): Promise<Journal> {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		const path = join(folder, "injections.jsonl");
		await (await open(path, "a", 0o600)).close();
		await syncFolder(folder);
		const { entries, length, damaged } = decode(await readFile(path));
		if (damaged > 0)
			log.error("lines of the journal are damaged and were left out", { journal: folder, lines: damaged });
		const journal = new Journal(folder, log, await AppendFile.open(path, length), entries, damaged > 0);
		await journal.tidy();
		return journal;
	}

	/** Bytes of the file. */
	get size(): number {
		return this.#file.size;
	}

	entries(): Entry[] {
		return [...this.#entries.values()];
	}

	get(id: string): Entry | undefined {
		return this.#entries.get(id);
	}

	/** Puts an entry down, durably. Throws when that can't be done, and holds nothing of it then. */
	async put(entry: Entry): Promise<void> {
		const record: JournalRecord = { put: entry };
		try {
			await step("journal-put", () => this.#file.append(encode(record), true, () => apply(this.#entries, record)));
		} catch (error) {
			throw new Error(
				`the journal of the node (${this.#folder}) can't be written, so nothing was touched; free room on that disk: ${errorText(error)}`,
			);
		}
	}

	/** Changes an entry; a message that is not given is taken away, and so is where it will stand. When the disk is full, memory goes ahead of it. */
	change(id: string, change: Change): Promise<void> {
		return step("journal-change", () => this.#note({ change, id }));
	}

	/** Forgets an entry. When the disk is full, memory goes ahead of it. */
	async drop(id: string): Promise<void> {
		await step("journal-drop", () => this.#note({ drop: id }));
		await this.tidy();
	}

	/** Writes the file anew if it lags behind or holds too much of the past. Logs when that fails; call again later. */
	async tidy(): Promise<void> {
		try {
			await this.#file.exclusive(async () => {
				const text = this.entries()
					.map((entry) => encode({ put: entry }))
					.join("");
				const grown = this.#file.size > Math.max(smallEnough, 4 * text.length);
				if (!this.#behind && !grown && (text !== "" || this.#file.size === 0)) return;
				await step("journal-rewrite", () => this.#file.replace(text));
				this.#behind = false;
			});
		} catch (error) {
			this.#log.error("the journal can't be written anew; free room on that disk", { error });
		}
	}

	/** Throws when the journal's disk takes no more. */
	async assertWritable(): Promise<void> {
		const probe = join(this.#folder, "probe");
		await writeFile(probe, Buffer.alloc(4096)).finally(() => unlink(probe).catch(() => {}));
	}

	close(): Promise<void> {
		return this.#file.close();
	}

	async #note(record: JournalRecord): Promise<void> {
		apply(this.#entries, record);
		try {
			await this.#file.append(encode(record), false);
		} catch (error) {
			this.#behind = true;
			this.#log.error("the journal can't be written; it will be tried again", { error });
		}
	}
}
