import type { NodeTarget } from "../../api/injector.ts";
import { isInContainer } from "../node/container.ts";
import { cgroupOf } from "../node/processes.ts";
import type { Share } from "./shares.ts";

/** A fault that this daemon holds in a container, and what it knows of it: a help, nothing that recovery needs. */
export interface Held {
	target: NodeTarget;
	share: Share;
	/** Where the vDSO of each process is that has the share: another place means another program, which never had it. */
	known: Map<number, number>;
	/** Somebody has taken it out of a process: nothing is put in any more. */
	lost: boolean;
}

/** All faults that are held, by id. */
export class HeldFaults {
	readonly #held = new Map<string, Held>();

	get(id: string): Held | undefined {
		return this.#held.get(id);
	}

	set(id: string, held: Held): void {
		this.#held.set(id, held);
	}

	delete(id: string): void {
		this.#held.delete(id);
	}

	get size(): number {
		return this.#held.size;
	}

	/** All that are not lost. */
	living(): Held[] {
		return [...this.#held.values()].filter(({ lost }) => !lost);
	}

	/** Those in the container of a process. */
	of(pid: number): Held[] {
		const cgroup = cgroupOf(pid);
		if (cgroup === undefined) return [];
		return this.living().filter(({ target }) => isInContainer({ cgroup }, target));
	}
}
