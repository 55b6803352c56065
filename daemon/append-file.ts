import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "./replace-file.ts";

interface Waiting {
	text: string;
	durable: boolean;
	written(): void;
	failed(error: unknown): void;
}

/**
 * A file that grows by whole lines. What is appended while a write runs goes together in the next one, with one fsync for all: a
 * batch costs one. A write that fails (no room) leaves nothing behind.
 */
export class AppendFile {
	readonly #path: string;
	#handle: FileHandle;
	#size: number;
	#waiting: Waiting[] = [];
	#running: Promise<unknown> = Promise.resolve();

	private constructor(path: string, handle: FileHandle, size: number) {
		this.#path = path;
		this.#handle = handle;
		this.#size = size;
	}

	/** Opens a file for appending behind its first `size` bytes, and cuts off what follows them. */
	static async open(path: string, size: number): Promise<AppendFile> {
		const handle = await open(path, "r+");
		await handle.truncate(size);
		return new AppendFile(path, handle, size);
	}

	/** Bytes of the file. */
	get size(): number {
		return this.#size;
	}

	/**
	 * Appends text; when `durable`, it is on the disk when the promise resolves, else in the kernel's hands. `written` is called
	 * before anything else happens to the file.
	 */
	append(text: string, durable: boolean, written: () => void = () => {}): Promise<void> {
		return new Promise((resolve, reject) => {
			const done = (): void => {
				written();
				resolve();
			};
			if (this.#waiting.push({ text, durable, written: done, failed: reject }) === 1)
				this.exclusive(() => this.#flush());
		});
	}

	/** Runs a task after what was appended before, and before what is appended after. */
	exclusive<T>(task: () => Promise<T>): Promise<T> {
		const result = this.#running.then(task);
		this.#running = result.catch(() => {});
		return result;
	}

	/** Replaces all of the file, at once and durably; nothing at all needs no room. For tasks of `exclusive` only. */
	async replace(text: string): Promise<void> {
		if (text === "") {
			await this.#handle.truncate(0);
		} else {
			const fresh = `${this.#path}.new`;
			const handle = await open(fresh, "w", 0o600);
			try {
				await handle.writeFile(text);
				await handle.sync();
				await rename(fresh, this.#path);
			} catch (error) {
				await handle.close();
				throw error;
			}
			await this.#handle.close();
			this.#handle = handle;
			await syncFolder(dirname(this.#path));
		}
		this.#size = Buffer.byteLength(text);
	}

	/** Closes the file after what was appended before. */
	close(): Promise<void> {
		return this.exclusive(() => this.#handle.close());
	}

	async #flush(): Promise<void> {
		const batch = this.#waiting.splice(0);
		try {
			const bytes = Buffer.from(batch.map(({ text }) => text).join(""));
			for (let done = 0; done < bytes.length; ) {
				const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#size + done);
				done += bytesWritten;
			}
			if (batch.some(({ durable }) => durable)) await this.#handle.datasync();
			this.#size += bytes.length;
		} catch (error) {
			await this.#handle.truncate(this.#size).catch(() => {});
			for (const { failed } of batch) failed(error);
			return;
		}
		for (const { written } of batch) written();
	}
}
