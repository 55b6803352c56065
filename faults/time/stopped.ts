import { readdirSync, readFileSync } from "node:fs";
import type { Native } from "../node/native.ts";
import type { Piece } from "./patch.ts";
import { isGone, readMemory } from "./process-memory.ts";

/** Requests of ptrace, flags of wait4, and what a status says. */
const ptrace = {
	pokeData: 5,
	singleStep: 9,
	detach: 17,
	seize: 0x4206,
	interrupt: 0x4207,
	syscallInfo: 0x420e,
} as const;
const noHang = 1;
const everyThread = 0x4000_0000;
const stopped = 0x7f;
const stopEvent = 128;
const sigtrap = 5;

/** How long threads may take to stop. In the kernel some wait uninterruptibly, such as for a child that is to begin a program. */
const patienceMs = 300;
/** Steps that a thread may take until it is out of the regions. Each takes as long as the processor is taken by others. */
const mostSteps = 500;
const lookAgainMs = 20;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Threads could not be brought to where their code may be changed; a little later they may. */
export class BusyError extends Error {
	override name = "BusyError";
}

/** Places in the memory of a process, from the first byte to before the last. */
export interface Range {
	from: number;
	to: number;
}

/** A process all of whose threads stand still, outside of some places of its memory. */
export interface StoppedProcess {
	/** Lets threads run on until they are out of a place, but those of `seen`, and adds them; whether all of its threads are there now. */
	haveLeft(range: Range, seen: Set<number>): boolean;
	/** Writes into its memory, whether it may write there itself or not, in words of eight bytes: each is written or not. */
	write(base: number, piece: Piece): void;
}

/**
 * Stops a process by ptrace, lets threads that are in one of the places run on until they are out of it, does what is to be done, and
 * lets the process go on. If this process dies meanwhile, the kernel lets the other one go on. It notices nothing, but that a call of
 * `epoll_wait` and its like may end early, as behind any stop. All at once and on one thread, as ptrace wants it.
 *
 * @throws BusyError; an Error when the process may not be stopped, with the code ESRCH when it is gone.
 */
export function whileStopped<T>(
	native: Native,
	pid: number,
	avoided: readonly Range[],
	action: (process: StoppedProcess) => T,
): T {
	const threads = new Threads(native, pid);
	try {
		threads.stop();
		threads.leave(avoided);
		return action({
			haveLeft: (range, seen) => threads.haveLeft(range, seen),
			write: (base, piece) => threads.write(base, piece),
		});
	} finally {
		threads.release();
	}
}

/** The threads of a process, as they come under our control. */
class Threads {
	readonly #native: Native;
	readonly #pid: number;
	/** Traced ones that are not known to stand still. */
	readonly #running = new Set<number>();
	/** Those that stand still, with the signal that each is to get when it goes on; 0: none. */
	readonly #still = new Map<number, number>();

	constructor(native: Native, pid: number) {
		this.#native = native;
		this.#pid = pid;
	}

	/** Threads that still run may make new ones, so it is done when a look finds none. */
	stop(): void {
		while (this.#seizeNew()) this.#settle();
		if (this.#still.size === 0) throw gone(this.#pid);
	}

	/** Lets threads run out of places. */
	leave(avoided: readonly Range[]): void {
		for (const thread of [...this.#still.keys()]) {
			if (this.#stepOut(thread, avoided)) continue;
			throw new BusyError(`thread ${thread} of process ${this.#pid} does not come out of the vDSO`);
		}
	}

	haveLeft(range: Range, seen: Set<number>): boolean {
		const until = performance.now() + patienceMs;
		for (const thread of [...this.#still.keys()]) {
			if (seen.has(thread)) continue;
			if (performance.now() > until || !this.#stepOut(thread, [range])) return false;
			seen.add(thread);
		}
		return true;
	}

	/** Runs a thread an instruction at a time, until it is out of the places or has ended; false: that takes too long. */
	#stepOut(thread: number, avoided: readonly Range[]): boolean {
		for (let steps = 0; this.#still.has(thread); steps++) {
			const place = this.#placeOf(thread);
			if (!avoided.some((range) => isIn(range, place))) break;
			// A signal's handler would run on top of the code that it has interrupted, and go back there.
			if (steps === mostSteps || this.#still.get(thread) !== 0) return false;
			this.#still.delete(thread);
			this.#running.add(thread);
			this.#ptrace(ptrace.singleStep, thread, 0, 0);
			this.#settle();
		}
		return true;
	}

	write(base: number, { at, bytes }: Piece): void {
		const [thread] = this.#still.keys();
		if (thread === undefined) throw gone(this.#pid);
		for (let done = 0; done < bytes.length; done += 8) {
			const address = base + at + done;
			const part = bytes.subarray(done, done + 8);
			const word = part.length < 8 ? readMemory(this.#native, this.#pid, { address, size: 8 }) : Buffer.alloc(8);
			part.copy(word);
			this.#ptrace(ptrace.pokeData, thread, address, word.readBigInt64LE());
		}
	}

	/** Lets all go on. Those that did not stop in time will, and would then wait for us for ever: they are let go when they do. */
	release(): void {
		this.#detachAll();
		if (this.#running.size === 0) return;
		const timer = setInterval(() => {
			this.#collect();
			// Of a child of ours Node may have taken the news before us.
			for (const thread of this.#running) if (stateOf(this.#pid, thread) === "t") this.#still.set(thread, 0);
			this.#detachAll();
			if (this.#running.size === 0) clearInterval(timer);
		}, lookAgainMs).unref();
	}

	#detachAll(): void {
		for (const [thread, signal] of this.#still) {
			this.#running.delete(thread);
			this.#detach(thread, signal);
		}
		this.#still.clear();
	}

	#detach(thread: number, signal: number): void {
		try {
			this.#ptrace(ptrace.detach, thread, 0, signal);
		} catch (error) {
			// It was killed meanwhile.
			if (!isGone(error)) throw error;
		}
	}

	/** Whether there was a thread that was not traced yet. */
	#seizeNew(): boolean {
		const before = this.#running.size + this.#still.size;
		for (const name of tasksOf(this.#pid)) {
			const thread = Number(name);
			if (this.#running.has(thread) || this.#still.has(thread) || !this.#seize(thread)) continue;
			this.#running.add(thread);
			this.#ptrace(ptrace.interrupt, thread, 0, 0);
		}
		return this.#running.size + this.#still.size > before;
	}

	/** False: the thread has ended. */
	#seize(thread: number): boolean {
		try {
			this.#ptrace(ptrace.seize, thread, 0, 0);
			return true;
		} catch (error) {
			if (isGone(error)) return false;
			if (["Z", "X", undefined].includes(stateOf(this.#pid, thread))) return false;
			const tracer = Number(statusOf(this.#pid, thread, "TracerPid"));
			if (tracer === process.pid) throw new BusyError(`process ${this.#pid} is still being let go`);
			if (tracer > 0) {
				throw new Error(
					`process ${this.#pid} is traced by process ${tracer}, such as a debugger or strace, so nobody else can change it; end that first`,
				);
			}
			throw new Error(
				`process ${this.#pid} may not be stopped: the daemon needs the capability SYS_PTRACE, and the node kernel.yama.ptrace_scope below 3`,
				{ cause: error },
			);
		}
	}

	/** Waits until all traced threads stand still or have ended. */
	#settle(): void {
		const deadline = performance.now() + patienceMs;
		while (this.#running.size > 0) {
			if (this.#collect()) continue;
			if (performance.now() > deadline) {
				throw new BusyError(`thread ${[...this.#running].join()} of process ${this.#pid} does not stop`);
			}
			Atomics.wait(sleeper, 0, 0, 0.05);
		}
	}

	/** Asks after all that run; whether any does no more. */
	#collect(): boolean {
		const before = this.#running.size;
		const status = Buffer.alloc(4);
		for (const thread of this.#running) {
			const ended = this.#wait(thread, status);
			if (ended === undefined) continue;
			this.#running.delete(thread);
			const word = status.readInt32LE();
			if (ended || (word & 0xff) !== stopped) continue;
			// A stop that is not ours or a step's is a signal on its way, which is given back at the end.
			const signal = (word >> 8) & 0xff;
			this.#still.set(thread, word >> 16 === stopEvent || signal === sigtrap ? 0 : signal);
		}
		return this.#running.size < before;
	}

	/** True: the thread is no more; false: its status has changed; undefined: nothing new. */
	#wait(thread: number, status: Buffer): boolean | undefined {
		try {
			return this.#native.syscall("wait4", thread, status, noHang | everyThread, null) === 0 ? undefined : false;
		} catch {
			return true;
		}
	}

	/** Where a thread will go on. */
	#placeOf(thread: number): number {
		const info = Buffer.alloc(88);
		this.#ptrace(ptrace.syscallInfo, thread, info.length, info);
		return Number(info.readBigUInt64LE(8));
	}

	#ptrace(request: number, thread: number, address: number, data: number | bigint | Buffer): void {
		this.#native.syscall("ptrace", request, thread, address, data);
	}
}

function isIn({ from, to }: Range, place: number): boolean {
	return place >= from && place < to;
}

function gone(pid: number): Error {
	return Object.assign(new Error(`process ${pid} has ended`), { code: "ESRCH" });
}

function tasksOf(pid: number): string[] {
	try {
		return readdirSync(`/proc/${pid}/task`);
	} catch {
		return [];
	}
}

/** `R`, `S`, `D`, `t` (stopped by a tracer), `Z`, `X` ...; undefined when the thread is gone. */
function stateOf(pid: number, thread: number): string | undefined {
	return statusOf(pid, thread, "State")?.[0];
}

function statusOf(pid: number, thread: number, field: string): string | undefined {
	try {
		const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
		return new RegExp(`^${field}:\\t(.*)$`, "m").exec(status)?.[1];
	} catch {
		return undefined;
	}
}
