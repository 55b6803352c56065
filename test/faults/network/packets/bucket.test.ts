import { describe, expect, it } from "vitest";
import { BucketModel } from "../../../../faults/network/packets/bucket.ts";

const ms = 1e6;
/** Bytes of IP that are 1000 on the wire. */
const length = 986;

describe("BucketModel", () => {
	it("lets through at once what the bucket holds, and the rest at the rate", () => {
		const model = new BucketModel({ rate: 8e6, limit: 1e6, buffer: 3000 });
		const found = [0, 0, 0, 0, 0, 0].map((now) => model.arrive(length, now));
		expect(found).toEqual([0, 0, 0, ms, 2 * ms, 3 * ms]);
	});

	it("fills the bucket up again, and no further", () => {
		const model = new BucketModel({ rate: 8e6, limit: 1e6, buffer: 2000 });
		const found = [0, 0, 100, 100, 100].map((now) => model.arrive(length, now * ms));
		expect(found).toEqual([0, 0, 100 * ms, 100 * ms, 101 * ms]);
	});

	it("lets no more through at once than the peak rate does", () => {
		const model = new BucketModel({ rate: 8e6, limit: 1e6, buffer: 3000, peakrate: 16e6, minburst: 1500 });
		const found = [0, 0, 0, 0, 0].map((now) => model.arrive(length, now));
		expect(found).toEqual([0, 0.25 * ms, 0.75 * ms, 1.25 * ms, 2 * ms]);
	});

	it("drops what is more than may wait, and what never fits into the bucket", () => {
		const model = new BucketModel({ rate: 8e6, limit: 2000, buffer: 1000 });
		expect([0, 0, 0].map(() => model.arrive(length, 0))).toEqual([0, ms, undefined]);
		model.departed(length);
		expect(model.arrive(length, 0)).toBe(2 * ms);
		expect(new BucketModel({ rate: 8e6, limit: 1e6, buffer: 1000 }).arrive(1000, 0)).toBeUndefined();
	});
});
