import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { isObject } from "../../api/json.ts";
import { readJsonLines, writeJsonLine } from "./json-lines.ts";

interface Waiting {
	resolve(reply: { answer: unknown } | undefined): void;
	reject(error: Error): void;
}

/** A connection to a helper: questions and answers, in any order. */
export class HelperConnection {
	/** Resolves when the connection is over. */
	readonly ended: Promise<void>;
	readonly #socket: Socket;
	readonly #waiting = new Map<number, Waiting>();
	#count = 0;
	#deaf = false;

	private constructor(socket: Socket) {
		this.#socket = socket;
		socket.unref();
		readJsonLines(socket, (line) => this.#hear(line));
		socket.on("error", () => {});
		this.ended = new Promise((resolve) => {
			socket.on("close", () => {
				for (const { resolve: without } of this.#waiting.values()) without(undefined);
				this.#waiting.clear();
				resolve();
			});
		});
	}

	/** Connects to a socket in a folder; undefined when nobody listens. */
	static async open(folder: string, name: string): Promise<HelperConnection | undefined> {
		// By the open folder: the path of a socket may not be longer than 107 bytes.
		const opened = openSync(folder, "r");
		const socket = connect(`/proc/self/fd/${opened}/${name}`);
		try {
			await once(socket, "connect");
			return new HelperConnection(socket);
		} catch {
			return undefined;
		} finally {
			closeSync(opened);
		}
	}

	get isOpen(): boolean {
		return !this.#socket.destroyed && this.#socket.writable;
	}

	/** Whether the other side lives and has left a question without an answer. */
	get isDeaf(): boolean {
		return this.#deaf;
	}

	/**
	 * Asks; undefined when the other side ended before it answered, or does not answer at all: then the connection is over. Throws an
	 * Error with what the other side says.
	 */
	async ask(question: object, withinMs: number): Promise<{ answer: unknown } | undefined> {
		if (!this.isOpen) return undefined;
		const seq = ++this.#count;
		const timer = setTimeout(() => {
			this.#deaf = true;
			this.#socket.destroy();
		}, withinMs);
		try {
			return await new Promise((resolve, reject) => {
				this.#waiting.set(seq, { resolve, reject });
				writeJsonLine(this.#socket, { seq, ask: question });
			});
		} finally {
			clearTimeout(timer);
		}
	}

	#hear(line: unknown): void {
		if (!isObject(line) || typeof line["seq"] !== "number") throw new Error("an answer has no number");
		const waiting = this.#waiting.get(line["seq"]);
		this.#waiting.delete(line["seq"]);
		if (typeof line["error"] === "string") waiting?.reject(new Error(line["error"]));
		else waiting?.resolve({ answer: line["answer"] });
	}
}
