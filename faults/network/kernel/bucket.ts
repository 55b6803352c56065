import type { Bucket } from "../instruction.ts";

/** Arguments of a tbf qdisc. */
export function bucketArguments({ rate, limit, buffer, peakrate, minburst }: Bucket): string[] {
	const peak = peakrate === undefined ? [] : ["peakrate", `${peakrate}bit`, "mtu", `${minburst ?? 0}b`];
	return ["tbf", "rate", `${rate}bit`, "burst", `${buffer}b`, "limit", `${limit}b`, ...peak];
}

/** What a tbf qdisc does, by the `options` that `tc -j -r qdisc show` says of it: bytes a second, and bytes. */
export function bucketOf(options: unknown): Bucket {
	const { rate = 0, burst = 0, limit = 0, peakrate, minburst } = Object(options) as Partial<Record<string, number>>;
	const peak = peakrate === undefined || minburst === undefined ? {} : { peakrate: peakrate * 8, minburst };
	return { rate: rate * 8, buffer: burst, limit, ...peak };
}

/** Whether two do the same, as far as tc shows: it counts the bucket in ticks of the clock, and rates in bytes. */
export function sameBucket(one: Bucket, other: Bucket): boolean {
	return isClose(one.rate, other.rate) && isClose(one.buffer, other.buffer) && one.limit === other.limit;
}

function isClose(one: number, other: number): boolean {
	return Math.abs(one - other) <= Math.max(0.02 * Math.max(one, other), 8);
}
