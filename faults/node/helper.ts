import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { limiter } from "../../api/limiter.ts";
import { cgroupFolders, enterCgroups } from "./helper-cgroups.ts";
import { HelperConnection } from "./helper-connection.ts";
import {
	type HelperRecord,
	helperFiles,
	isHelperAlive,
	readHelperRecord,
	removeHelperTraces,
	writeHelperRecord,
} from "./helper-files.ts";
import { helperPlaces } from "./helper-places.ts";
import { startOf } from "./processes.ts";

/** Milliseconds until a helper must answer after it was started, and between two looks. */
const patience = 20_000;
const pause = 10;
const mostTries = 3;

/**
 * A process that keeps a kind of fault up for all pods of the node: one, of its own, which outlives the daemon's container. It is
 * in a cgroup beside the pod's, is found again through its pid and start by a daemon that has just been started, is started when
 * it is first needed (or needed again, after it has died), and ends when nothing is left to do.
 */
export class Helper {
	readonly #name: string;
	readonly #protocol: number;
	readonly #answersWithinMs: number;
	#connection: HelperConnection | undefined;
	/** One look for a running one, start or end at a time. */
	readonly #inTurn = limiter(1);

	/** The program is `<name>.mjs`; a running one that understands another `protocol`, or does not answer in time, is replaced. */
	constructor(name: string, protocol: number, answersWithinMs = patience) {
		this.#name = name;
		this.#protocol = protocol;
		this.#answersWithinMs = answersWithinMs;
	}

	/** Asks it, and starts it when there is none. Throws an Error with what it says. */
	async ask(question: object): Promise<unknown> {
		for (let tries = 0; tries < mostTries; tries++) {
			const connection = await this.#inTurn(async () => (await this.#find()) ?? (await this.#start()));
			const reply = await this.#askOn(connection, question);
			if (reply) return reply.answer;
			// It has left, or died, in between.
		}
		throw new Error(`the helper ${this.#name} died ${mostTries} times while it was asked`);
	}

	/** Asks it; undefined when there is none. */
	async askIfRunning(question: object): Promise<unknown> {
		const connection = await this.#inTurn(() => this.#find());
		return connection && (await this.#askOn(connection, question))?.answer;
	}

	/** Asks; a process that lives and does not answer is of no use any more, and may hold up what it should let go: it is ended. */
	async #askOn(connection: HelperConnection, question: object): Promise<{ answer: unknown } | undefined> {
		const reply = await connection.ask(question, this.#answersWithinMs);
		if (connection.isDeaf) {
			await this.#inTurn(async () => {
				if (this.#connection !== connection) return;
				this.#connection = undefined;
				const record = readHelperRecord(helperFiles(helperPlaces().state, this.#name).record);
				if (record) await this.#end(record);
			});
		}
		return reply;
	}

	/** Ends it if it has nothing to do. */
	async leave(): Promise<void> {
		await this.#inTurn(async () => {
			const connection = await this.#find();
			if (!connection) return;
			const reply = await connection.ask({ do: "leave" }, this.#answersWithinMs);
			if (reply?.answer !== true) return;
			await connection.ended;
			this.#connection = undefined;
		});
	}

	async #find(): Promise<HelperConnection | undefined> {
		if (this.#connection?.isOpen) return this.#connection;
		this.#connection = undefined;
		const { state } = helperPlaces();
		const record = readHelperRecord(helperFiles(state, this.#name).record);
		if (!record) return undefined;
		if (record.protocol === this.#protocol) this.#connection = await this.#connect(record);
		if (!this.#connection) await this.#end(record);
		return this.#connection;
	}

	/** Connects to a process that may still be on its way; undefined when it ends before, or is deaf. */
	async #connect(record: HelperRecord): Promise<HelperConnection | undefined> {
		const { state } = helperPlaces();
		for (const start = performance.now(); performance.now() - start < patience; await sleep(pause)) {
			if (!isHelperAlive(record)) return undefined;
			const connection = await HelperConnection.open(state, `${this.#name}.sock`);
			if (connection) return connection;
		}
		return undefined;
	}

	/** Ends a process of no use, and removes what it leaves. */
	async #end(record: HelperRecord): Promise<void> {
		if (isHelperAlive(record)) process.kill(record.pid, "SIGKILL");
		while (isHelperAlive(record)) await sleep(pause);
		removeHelperTraces(helperPlaces().state, this.#name);
	}

	async #start(): Promise<HelperConnection> {
		const { state, programs } = helperPlaces();
		mkdirSync(state, { recursive: true, mode: 0o700 });
		const files = helperFiles(state, this.#name);
		const log = openSync(files.log, "w", 0o600);
		const program = join(programs, `${this.#name}.mjs`);
		const child = spawn(process.execPath, [program, files.socket], {
			detached: true,
			stdio: ["ignore", log, log],
			cwd: "/",
		});
		closeSync(log);
		// That it could not be started is told by the pid that is missing.
		child.on("error", () => {}).unref();
		const { pid } = child;
		if (pid === undefined) throw new Error(`the helper ${this.#name} could not be started: no process for ${program}`);
		const cgroups = await cgroupFolders(`pulumi-chaos-${this.#name}-${pid}`);
		const record = { pid, start: startOf(pid), protocol: this.#protocol, cgroups };
		// Before it is out of the container's cgroup, so that it is never out of sight.
		writeHelperRecord(files.record, record);
		try {
			enterCgroups(cgroups, pid);
			this.#connection = await this.#connect(record);
			if (this.#connection) return this.#connection;
			throw new Error("it did not answer");
		} catch (error) {
			const said = readFileSync(files.log, "utf8").trim().slice(-2000);
			await this.#end(record);
			throw new Error(
				`the helper ${this.#name} (${program}) could not be started: ${(error as Error).message}${said === "" ? "" : `; it said: ${said}`}`,
			);
		}
	}
}
