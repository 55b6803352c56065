import type { Native, Watch } from "../../node/native.ts";
import type { Bucket, Netem } from "../instruction.ts";
import { BucketModel } from "./bucket.ts";
import type { DelayHeap, Due } from "./delay-heap.ts";
import { corruptBit, type IpHeader, ipHeader, isUnicast } from "./ip-packet.ts";
import { type Departure, NetemModel } from "./netem.ts";
import { messages } from "./netlink.ts";
import { NfSocket } from "./nf-socket.ts";
import { bindQueue, packetOf, type QueuedPacket, Verdicts, verdicts } from "./nfqueue.ts";
import { RawSender } from "./raw-sender.ts";
import { nowNs } from "./timer.ts";

/** Datagrams that are read before others have their turn. */
const atOnce = 64;
const longestQueue = 65_536;
const wholePacket = 0xffff;
const headersOnly = 128;
const [notPermitted, busy] = [1, 16];

/** What is done to the packets of a queue. */
export interface QueueTask {
	/** Packets that the pod sends, or receives. */
	hook: "egress" | "ingress";
	netem?: Netem;
	/** What comes after that. */
	bucket?: Bucket;
}

/** Bits of the netfilter mark that are the engine's on packets that it sends again; the others stay as they were. */
export const markMask = 0xffff_0000;

/** A packet that waits for its time. */
export interface Held extends Due {
	queue: ServedQueue;
	/** Bytes of it. */
	length: number;
	/** It waits for the bucket; before, it was held back. */
	inBucket: boolean;
	/** Number by which the kernel holds it for us; undefined: it does not. */
	id?: number;
	/** What is sent, or takes the place of the payload. */
	packet?: Buffer;
	/** Netfilter mark that it had, and number of the device that it leaves by. */
	mark: number;
	device: number;
}

/** What a queue has seen. */
export interface QueueCounts {
	packets: number;
	/** Packets that could not be sent, by errno. */
	failures: Record<string, number>;
}

/**
 * One queue of a network namespace and what is done to its packets. Packets that are received wait in the kernel. Those that are
 * sent are taken from it and sent again: one that waits would count for its connection's socket, and TCP sends no more before the
 * device has what it has sent.
 */
export class ServedQueue {
	readonly number: number;
	readonly counts: QueueCounts = { packets: 0, failures: {} };
	readonly #task: QueueTask;
	readonly #mark: number;
	readonly #heap: DelayHeap<Held>;
	readonly #netem: NetemModel;
	readonly #bucket: BucketModel | undefined;
	readonly #socket: NfSocket;
	readonly #sender: RawSender;
	readonly #watch: Watch;
	readonly #verdicts: Verdicts;

	/**
	 * Opens it in the namespace that the thread is in, under the first of these numbers that nobody has. Throws an Error.
	 *
	 * @param mark - of packets that are sent again, in the bits of `markMask`: the rules let those with this mark, or a higher one,
	 * through
	 * @param served - called when packets have come
	 */
	constructor(
		native: Native,
		numbers: readonly number[],
		task: QueueTask,
		mark: number,
		heap: DelayHeap<Held>,
		served: () => void,
	) {
		this.#task = task;
		this.#mark = mark;
		this.#heap = heap;
		this.#netem = new NetemModel(task.netem ?? {}, random32);
		this.#bucket = task.bucket && new BucketModel(task.bucket);
		const { number, socket } = bound(native, numbers, task);
		this.number = number;
		this.#verdicts = new Verdicts(number);
		this.#socket = socket;
		try {
			this.#sender = new RawSender(native);
			this.#watch = native.whenReadable(socket.descriptor, () => {
				this.#serve();
				served();
			});
		} catch (error) {
			socket.close();
			throw error;
		}
	}

	/** Goes on with a packet whose time has come. What the kernel is told waits for `flush`. */
	release(held: Held): void {
		if (held.inBucket) this.#bucket?.departed(held.length);
		else this.#netem.departed();
		if (this.#bucket && !held.inBucket) this.#pour(held, this.#bucket);
		else this.#pass(held);
	}

	/** Lets a packet go before its time. */
	letGo(held: Held): void {
		this.#pass(held);
	}

	/** Tells the kernel what is to be told. */
	flush(): void {
		const told = this.#verdicts.take();
		if (told) this.#socket.send(told);
	}

	/** Lets everything go that has come, and serves no more. What the heap holds of it is to be let go before. */
	close(): void {
		this.#watch.close();
		for (let datagram = this.#socket.read(); datagram; datagram = this.#socket.read()) {
			for (const message of messages(datagram)) {
				const packet = packetOf(datagram, message);
				if (packet) this.#verdicts.add(packet.id, verdicts.accept);
			}
		}
		this.flush();
		this.#socket.close();
		this.#sender.close();
	}

	#serve(): void {
		for (let count = 0; count < atOnce; count++) {
			const datagram = this.#socket.read();
			if (!datagram) break;
			for (const message of messages(datagram)) {
				const packet = packetOf(datagram, message);
				if (packet) this.#take(packet);
			}
		}
		this.flush();
	}

	#take(packet: QueuedPacket): void {
		this.counts.packets++;
		const now = nowNs();
		const [first, second] = this.#netem.arrive(now);
		const sendable = this.#isSendable(packet);
		const taken = sendable && this.#task.hook === "egress" && first && (first.at > now || this.#bucket !== undefined);
		if (!first || taken) this.#verdicts.add(packet.id, verdicts.drop);
		if (first) this.#later(this.#held(packet, first, taken ? undefined : packet.id), now);
		if (!second) return;
		if (sendable) this.#later(this.#held(packet, second, undefined), now);
		else this.#netem.departed();
	}

	/** A packet on its way. What the kernel does not hold for us, or is to be changed, is copied. */
	#held({ payload, length, mark, outDevice }: QueuedPacket, { at, corrupt }: Departure, id: number | undefined): Held {
		const held: Held = { at, queue: this, length, inBucket: false, mark, device: outDevice };
		if (id !== undefined) held.id = id;
		if (id === undefined || corrupt) held.packet = Buffer.from(payload);
		const header = held.packet && corrupt && ipHeader(held.packet);
		if (held.packet && header) corruptBit(held.packet, header, Math.random);
		return held;
	}

	#later(held: Held, now: number): void {
		if (held.at > now) this.#heap.push(held);
		else this.release(held);
	}

	#pour(held: Held, bucket: BucketModel): void {
		// From when it was due, not from when we came to it.
		const at = bucket.arrive(held.length, held.at);
		if (at !== undefined) this.#later(Object.assign(held, { at, inBucket: true }), nowNs());
		else if (held.id !== undefined) this.#verdicts.add(held.id, verdicts.drop);
	}

	#pass({ id, packet, mark, device }: Held): void {
		if (id !== undefined) {
			this.#verdicts.add(id, verdicts.accept, packet);
			return;
		}
		const header = packet && ipHeader(packet);
		if (!packet || !header) return;
		const marked = ((mark & ~markMask) | this.#mark) >>> 0;
		const errno = this.#sender.send(packet, header, marked, device);
		if (errno !== 0) this.counts.failures[errno] = (this.counts.failures[errno] ?? 0) + 1;
	}

	/** Whether a packet can be sent (again) as it is: it is not cut then, and goes where its address says. */
	#isSendable({ payload, length, outDevice }: QueuedPacket): boolean {
		const header: IpHeader | undefined = payload.length === length ? ipHeader(payload) : undefined;
		if (!header || !isUnicast(header)) return false;
		return this.#task.hook === "ingress" || length <= this.#sender.mtu(outDevice);
	}
}

function random32(): number {
	return Math.floor(Math.random() * 2 ** 32);
}

/** Binds the first number that is free. */
function bound(native: Native, numbers: readonly number[], task: QueueTask): { number: number; socket: NfSocket } {
	const { hook, netem = {}, bucket } = task;
	// Packets that were put together count as one, which is no matter when all are treated alike.
	const alike = bucket === undefined && Object.keys(netem).every((name) => name === "delay");
	const copy = hook === "egress" || netem.corrupt || netem.duplicate ? wholePacket : headersOnly;
	for (const number of numbers) {
		const socket = new NfSocket(native);
		const options = { number, copy, longest: longestQueue, whole: hook === "ingress" && alike };
		const errno = bindQueue(options).reduce((failed, message) => failed || socket.request(message), 0);
		if (errno === 0) return { number, socket };
		socket.close();
		if (errno !== busy && errno !== notPermitted) {
			throw new Error(`the kernel gives no queue for packets (errno ${errno}); it must have nfnetlink_queue`);
		}
	}
	throw new Error(`all ${numbers.length} queues for packets that were tried are somebody else's`);
}
