/** Something that is due. */
export interface Due {
	/** When, in nanoseconds. */
	at: number;
}

interface Slot<T> {
	item: T;
	/** Of two that are due at the same time, the one that came first goes first. */
	order: number;
}

/** What waits for its time: the earliest first, those of the same time in the order in which they came. A binary heap. */
export class DelayHeap<T extends Due> {
	readonly #slots: Slot<T>[] = [];
	#count = 0;

	get size(): number {
		return this.#slots.length;
	}

	/** When the earliest is due; undefined when nothing waits. */
	get next(): number | undefined {
		return this.#slots[0]?.item.at;
	}

	push(item: T): void {
		const slots = this.#slots;
		const slot = { item, order: this.#count++ };
		let index = slots.length;
		slots.push(slot);
		while (index > 0) {
			const parent = (index - 1) >> 1;
			const above = slots[parent] as Slot<T>;
			if (!isBefore(slot, above)) break;
			slots[index] = above;
			index = parent;
		}
		slots[index] = slot;
	}

	/** Takes the earliest out; undefined when nothing waits. */
	pop(): T | undefined {
		const slots = this.#slots;
		const first = slots[0];
		const last = slots.pop();
		if (!first || !last) return undefined;
		if (slots.length > 0) this.#sink(last);
		return first.item;
	}

	/** Takes out all of which something holds, in the order in which they are due. */
	removeWhere(holds: (item: T) => boolean): T[] {
		const all: T[] = [];
		for (let item = this.pop(); item; item = this.pop()) all.push(item);
		const [removed, kept] = [all.filter(holds), all.filter((item) => !holds(item))];
		for (const item of kept) this.push(item);
		return removed;
	}

	/** Puts a slot where the first one was, and down to its place. */
	#sink(slot: Slot<T>): void {
		const slots = this.#slots;
		let index = 0;
		for (;;) {
			const left = 2 * index + 1;
			let child = slots[left];
			if (!child) break;
			let at = left;
			const right = slots[left + 1];
			if (right && isBefore(right, child)) {
				child = right;
				at = left + 1;
			}
			if (!isBefore(child, slot)) break;
			slots[index] = child;
			index = at;
		}
		slots[index] = slot;
	}
}

function isBefore<T extends Due>(one: Slot<T>, other: Slot<T>): boolean {
	return one.item.at < other.item.at || (one.item.at === other.item.at && one.order < other.order);
}
