import { EventEmitter } from "node:events";
import { isDeepStrictEqual } from "node:util";
import { Alarms } from "../api/alarms.ts";
import type { InjectItem, InjectionState } from "../api/daemon-api.ts";
import { type Finding, findingOf, type Injector, TargetGoneError } from "../api/injector.ts";
import { Locks } from "../api/locks.ts";
import { errorText, type Log } from "../api/log.ts";
import {
	type Entry,
	fieldsOf,
	isOfSameTarget,
	isSame,
	type ParkedState,
	parkedFrom,
	reasonOf,
	stateOf,
} from "./entry.ts";
import type { Journal } from "./journal.ts";
import type { Change } from "./record.ts";
import { Retries } from "./retries.ts";

/** What the injections of a node stand on. */
export interface Ground {
	journal: Journal;
	/** The injector of a kind of fault. */
	injector(kind: string): Promise<Injector<unknown, unknown>>;
	/** Id of the boot that the node is in. */
	boot: string;
	/** Whether what an instruction of a kind asks for is done once and can't be undone. */
	oneShot(kind: string, instruction: unknown): boolean;
	log: Log;
}

/**
 * All injections of the node, each with its life: put in place, looked at, expired, taken out. Calls for the same id never run
 * at the same time. Emits `change` with an InjectionState whenever one stands elsewhere than before.
 */
export class Injections extends EventEmitter<{ change: [InjectionState] }> {
	readonly #ground: Ground;
	readonly #locks = new Locks();
	readonly #deadlines = new Alarms((id) => this.#locks.run(id, () => this.#expire(id)));
	readonly #retries = new Retries((id) => this.#locks.run(id, () => this.#retry(id)));

	constructor(ground: Ground) {
		super();
		this.setMaxListeners(0);
		this.#ground = ground;
	}

	/** Where every injection stands that the node holds. */
	states(): InjectionState[] {
		return this.#ground.journal.entries().map(stateOf);
	}

	/** Puts faults in place; those that are in place only get the new deadline. Never throws: each item has its own answer. */
	inject(items: readonly InjectItem[]): Promise<InjectionState[]> {
		return Promise.all(items.map((item) => this.#locks.run(item.id, () => this.#inject(item))));
	}

	/** Takes faults out. Never throws: each id has its own answer. */
	recover(ids: readonly string[]): Promise<InjectionState[]> {
		return Promise.all(ids.map((id) => this.#locks.run(id, () => this.#recover(id))));
	}

	/** Looks at every target once, except those that are being worked on. */
	async verify(): Promise<void> {
		await this.#ground.journal.tidy();
		const idle = this.#ground.journal.entries().filter(({ id }) => !this.#locks.isHeld(id));
		await Promise.all(idle.map(({ id }) => this.#locks.run(id, () => this.#look(id))));
	}

	/**
	 * Takes out all faults, since no controller says any more that they should stay. Each is told as `lease expired` from then on,
	 * unless it was lost before. What was done once stays done: put back, it would be done again.
	 */
	async lapse(): Promise<void> {
		const { journal, oneShot } = this.#ground;
		const entries = journal.entries().filter(({ kind, instruction }) => !oneShot(kind, instruction));
		await Promise.all(entries.map(({ id }) => this.#locks.run(id, () => this.#lapse(id))));
	}

	/** After a start: finishes what an earlier process of the daemon left half done, or too long. */
	async resume(): Promise<void> {
		const entries = this.#ground.journal.entries();
		await Promise.all(entries.map((entry) => this.#locks.run(entry.id, () => this.#resume(entry))));
	}

	/** Starts nothing any more and waits for what runs. The faults stay; the journal knows them. */
	async stop(): Promise<void> {
		this.#deadlines.stop();
		this.#retries.stop();
		await this.#locks.idle();
	}

	async #inject(item: InjectItem): Promise<InjectionState> {
		const held = this.#ground.journal.get(item.id);
		const finding = held && isOfSameTarget(held, item) ? await this.#finding(held) : undefined;
		if (held && finding?.verdict === "in place") {
			if (isSame(held, item)) return this.#confirm(held, item.expiresInMs, finding);
			if ((await this.#ground.injector(item.kind)).exchanges) return this.#putIn(item, held);
		}
		const left = held && (await this.#takeOut(held));
		return left ?? (await this.#putIn(item));
	}

	/** @param instead what is in place, when the kind can exchange it */
	async #putIn(item: InjectItem, instead?: Entry): Promise<InjectionState> {
		const { journal, log, boot } = this.#ground;
		let begun = instead;
		try {
			const injector = await this.#ground.injector(item.kind);
			await injector.needs(item.instruction);
			const undo = instead?.undo ?? (await injector.prepare(item.target, item.instruction, item.id, item.expiresInMs));
			const entry: Entry = { ...item, undo, deadline: Date.now() + item.expiresInMs, boot, state: "begun" };
			await journal.put(entry);
			begun = entry;
			await injector.inject(item.target, item.instruction, undo);
			const finding = findingOf(await injector.verify(item.target, item.instruction, undo));
			assertInPlace(finding);
			log.info("injected", fieldsOf(item));
			return await this.#confirm(entry, item.expiresInMs, finding);
		} catch (error) {
			log.warn("injecting failed", { ...fieldsOf(item), error });
			const left = begun && (await this.#takeOut(begun));
			const status = error instanceof TargetGoneError ? "target gone" : "failed";
			return left ?? this.#tell({ id: item.id, experiment: item.experiment, status, message: errorText(error) });
		}
	}

	/** Writes down that a fault is seen in place, and how long it may stay. */
	async #confirm(entry: Entry, expiresInMs: number, { message }: Finding): Promise<InjectionState> {
		this.#deadlines.set(entry.id, expiresInMs);
		const said = message !== undefined && { message };
		return this.#set(entry, { state: "injected", deadline: Date.now() + expiresInMs, expiresInMs, ...said });
	}

	async #recover(id: string): Promise<InjectionState> {
		const held = this.#ground.journal.get(id);
		if (!held) return { id, experiment: "", status: "recovered" };
		const { experiment } = held;
		return (await this.#takeOut(held)) ?? this.#tell({ id, experiment, status: "recovered" });
	}

	/**
	 * Takes a fault out and forgets it, unless it is to be parked. When that fails: keeps it, tries again by itself later,
	 * and returns how it stands.
	 */
	async #takeOut(entry: Entry, park?: ParkedState): Promise<InjectionState | undefined> {
		const { journal } = this.#ground;
		const { id } = entry;
		const parked = park && { park };
		await journal.change(id, { state: "recovering", ...parked });
		try {
			const injector = await this.#ground.injector(entry.kind);
			await injector.recover(entry.target, entry.undo);
		} catch (error) {
			const retryInMs = this.#retries.failed(id);
			this.#ground.log.error("recovering failed", { ...fieldsOf(entry), retryInMs, error });
			return this.#set(entry, { state: "failed", message: `recovering failed: ${errorText(error)}`, ...parked });
		}
		this.#retries.succeeded(id);
		if (park) {
			this.#ground.log.info("recovered", { ...fieldsOf(entry), state: park });
			return this.#set(entry, { state: park, message: reasonOf(entry, park, this.#ground.boot) });
		}
		this.#deadlines.clear(id);
		await journal.drop(id);
		this.#ground.log.info("recovered", fieldsOf(entry));
		return undefined;
	}

	async #lapse(id: string): Promise<void> {
		const held = this.#ground.journal.get(id);
		if (!held) return;
		// Somebody has asked for its recovery already, which is tried again and again.
		if (held.state === "failed" && !held.park) return;
		await this.#takeOut(held, held.park ?? parkedFrom(held.state));
	}

	async #expire(id: string): Promise<void> {
		const held = this.#ground.journal.get(id);
		// It may have got more time, or have been taken out, while this waited for its turn.
		if (!held || this.#deadlines.isSet(id)) return;
		const { experiment } = held;
		if (await this.#takeOut(held)) return;
		this.#tell({ id, experiment, status: "recovered", message: "its time was over" });
	}

	async #retry(id: string): Promise<void> {
		const held = this.#ground.journal.get(id);
		// Somebody else may have tried, or put the fault in place anew, while this waited for its turn.
		if (held?.state === "failed" && !this.#retries.isWaiting(id)) await this.#finish(held);
	}

	/** Takes out what could not be, or was being, taken out. */
	async #finish(entry: Entry): Promise<void> {
		if (entry.park) await this.#takeOut(entry, entry.park);
		else await this.#recover(entry.id);
	}

	async #resume(entry: Entry): Promise<void> {
		// A clock that was set back while the daemon was down must not make a fault stay longer than was asked for.
		const left = Math.min(entry.deadline - Date.now(), entry.expiresInMs);
		if (left <= 0) return this.#expire(entry.id);
		this.#deadlines.set(entry.id, left);
		const halfDone = entry.state === "begun" && (await this.#finding(entry))?.verdict !== "in place";
		if (halfDone || entry.state === "recovering" || entry.state === "failed") await this.#finish(entry);
		else if (entry.state === "begun") await this.#set(entry, { state: "injected" });
		else await this.#look(entry.id);
	}

	/** Compares the target with the journal. What was lost stays lost until somebody asks for it to be put back or taken out. */
	async #look(id: string): Promise<void> {
		const entry = this.#ground.journal.get(id);
		if (!entry || !["injected", "lost", "target gone"].includes(entry.state)) return;
		const finding = await this.#finding(entry);
		if (!finding || (entry.state === "lost" && finding.verdict === "in place")) return;
		const state = finding.verdict === "in place" ? "injected" : finding.verdict;
		const said = finding.message ?? (state === "injected" ? undefined : reasonOf(entry, state, this.#ground.boot));
		if (state === entry.state && (state !== "injected" || said === undefined || said === entry.message)) return;
		if (state !== entry.state)
			this.#ground.log.warn("an injection changed by itself", { ...fieldsOf(entry), state, reason: said });
		await this.#set(entry, { state, ...(said !== undefined && { message: said }) });
	}

	/** What the target says; undefined when it can't be looked at now. */
	async #finding(entry: Entry): Promise<Finding | undefined> {
		try {
			const injector = await this.#ground.injector(entry.kind);
			return findingOf(await injector.verify(entry.target, entry.instruction, entry.undo));
		} catch (error) {
			this.#ground.log.warn("the target can't be looked at", { ...fieldsOf(entry), error });
			return undefined;
		}
	}

	/** Changes an entry, and tells when it stands elsewhere than before. */
	async #set(entry: Entry, change: Change): Promise<InjectionState> {
		await this.#ground.journal.change(entry.id, change);
		const { message: _, park: __, ...rest } = entry;
		const state = stateOf({ ...rest, ...change });
		return isDeepStrictEqual(state, stateOf(entry)) ? state : this.#tell(state);
	}

	#tell(state: InjectionState): InjectionState {
		this.emit("change", state);
		return state;
	}
}

/** Throws when what was just put in place is not seen on the target. */
function assertInPlace({ verdict, message }: Finding): void {
	if (verdict === "target gone") {
		throw new TargetGoneError(message ?? "the pod was stopped while the fault was put in place");
	}
	if (verdict === "lost") throw new Error(message ?? "the fault was put in place, but is not to be seen on the target");
}
