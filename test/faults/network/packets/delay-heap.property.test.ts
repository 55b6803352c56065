import fc from "fast-check";
import { expect, it } from "vitest";
import { DelayHeap } from "../../../../faults/network/packets/delay-heap.ts";
import { always } from "../../../support/properties.ts";

/** A number: something that is due then; undefined: the earliest is taken out. */
const steps = fc.array(fc.option(fc.nat(9), { nil: undefined, freq: 3 }), { maxLength: 60 });

it("gives back what waits by time, and those of the same time in their order", () => {
	always(steps, (list) => {
		const heap = new DelayHeap<{ at: number; name: number }>();
		let model: { at: number; name: number }[] = [];
		for (const [name, at] of list.entries()) {
			if (at === undefined) {
				expect(heap.pop()).toEqual(model[0]);
				model = model.slice(1);
			} else {
				heap.push({ at, name });
				model = [...model, { at, name }].toSorted((one, other) => one.at - other.at || one.name - other.name);
			}
			expect([heap.size, heap.next]).toEqual([model.length, model[0]?.at]);
		}
	});
});
