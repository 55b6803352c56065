import { isDeepStrictEqual } from "node:util";
import type { Native } from "../../node/native.ts";
import { within } from "../../node/netns-sockets.ts";
import { DelayHeap } from "./delay-heap.ts";
import { NfSocket } from "./nf-socket.ts";
import { tableDeletion } from "./nftables-message.ts";
import { type Held, type QueueCounts, type QueueTask, ServedQueue } from "./served-queue.ts";
import { nowNs, Timer } from "./timer.ts";

/** Departures that are looked after before others have their turn. */
const atOnce = 256;

/** What an injection wants done, in one network namespace. */
export interface EngineInjection {
	id: string;
	/** Table of nftables in the namespace that leads packets here. */
	table: string;
	/** What the queues do. */
	queues: QueueTask[];
}

/** Where an injection is. */
export interface Placed {
	/** Number of the injection among those of its namespace: the lower ones have a packet first. */
	slot: number;
	/** Numbers of its queues, in their order. */
	queues: number[];
}

/** What is in place of an injection. */
export interface EngineState extends Placed {
	id: string;
	/** `device:inode` of the network namespace. */
	netns: string;
	/** Of each queue. */
	counts: QueueCounts[];
}

interface Running extends Placed {
	injection: EngineInjection;
	netns: string;
	served: ServedQueue[];
	/** In the namespace, for taking out its table. */
	socket: NfSocket;
}

/** Injections that one pod can have at the same time. */
export const slots = 64;
/** Upper half of the netfilter mark of a packet that is sent again: this, and the slot. */
const markTag = 0x5c00;
const firstQueue = 0xb000;

/** Mark of the packets that a slot sends again. */
export function markOf(slot: number): number {
	return ((markTag + slot) * 0x1_0000) >>> 0;
}

/** Serves the queues of all injections of a node, on one thread. */
export class Engine {
	readonly #native: Native;
	readonly #heap = new DelayHeap<Held>();
	readonly #timer: Timer;
	readonly #running = new Map<string, Running>();

	constructor(native: Native) {
		this.#native = native;
		this.#timer = new Timer(native, () => this.#due());
	}

	/** What is in place. */
	list(): EngineState[] {
		return [...this.#running].map(([id, { netns, slot, queues, served }]) => ({
			id,
			netns,
			slot,
			queues,
			counts: served.map(({ counts }) => counts),
		}));
	}

	/**
	 * Serves the queues of an injection in the network namespace that a file stands for. Again is no change; with the same id and
	 * something else to do it takes the place of the earlier one. Throws an Error.
	 */
	add(injection: EngineInjection, namespace: number, netns: string): Placed {
		const known = this.#running.get(injection.id);
		if (known?.netns === netns && isDeepStrictEqual(known.injection, injection)) {
			return { slot: known.slot, queues: known.queues };
		}
		this.remove(injection.id);
		const slot = this.#freeSlot(netns);
		const served: ServedQueue[] = [];
		try {
			const socket = within(this.#native, namespace, () => {
				for (const [index, task] of injection.queues.entries()) {
					const numbers = Array.from(
						{ length: slots },
						(_, round) => firstQueue + (index * slots + round) * slots + slot,
					);
					served.push(new ServedQueue(this.#native, numbers, task, markOf(slot), this.#heap, () => this.#arm()));
				}
				return new NfSocket(this.#native);
			});
			const placed = { slot, queues: served.map(({ number }) => number) };
			this.#running.set(injection.id, { injection, netns, served, socket, ...placed });
			return placed;
		} catch (error) {
			for (const queue of served) queue.close();
			throw error;
		}
	}

	/** Lets everything go that waits for an injection and serves it no more. Whether there was one. */
	remove(id: string): boolean {
		return this.#end(id, () => {});
	}

	/** Takes an injection out by itself, with the rules that lead to it. */
	undo(id: string): void {
		this.#end(id, ({ socket, injection }) => socket.request(tableDeletion(injection.table)));
	}

	#end(id: string, last: (running: Running) => void): boolean {
		const running = this.#running.get(id);
		if (!running) return false;
		this.#running.delete(id);
		for (const held of this.#heap.removeWhere(({ queue }) => running.served.includes(queue))) held.queue.letGo(held);
		for (const queue of running.served) queue.close();
		last(running);
		running.socket.close();
		return true;
	}

	/** Ends everything; the rules let packets through from then on. */
	close(): void {
		for (const id of [...this.#running.keys()]) this.remove(id);
		this.#timer.close();
	}

	#freeSlot(netns: string): number {
		const taken = new Set([...this.#running.values()].filter((each) => each.netns === netns).map(({ slot }) => slot));
		for (let slot = 0; slot < slots; slot++) if (!taken.has(slot)) return slot;
		throw new Error(`the pod has ${slots} faults of its network already, and there can't be more; take one out`);
	}

	#due(): void {
		const touched = new Set<ServedQueue>();
		const now = nowNs();
		for (let count = 0; count < atOnce; count++) {
			const next = this.#heap.next;
			if (next === undefined || next > now) break;
			const held = this.#heap.pop();
			if (!held) break;
			held.queue.release(held);
			touched.add(held.queue);
		}
		for (const queue of touched) queue.flush();
		this.#arm();
	}

	#arm(): void {
		this.#timer.set(this.#heap.next);
	}
}
