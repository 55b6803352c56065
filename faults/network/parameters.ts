import { parseDuration } from "../../api/duration.ts";
import { bitsPerSecond } from "../../api/rate.ts";
import type { Bucket, Chance, Netem, Shape } from "./instruction.ts";
import type { NetworkChaosSpec } from "./spec.ts";

/** Bytes of a full packet of Ethernet. */
const packet = 1514;
/** Packets that may wait behind a plain rate, as many as behind netem's own. */
const waiting = 1000;
/** Seconds of a plain rate that may pass at once. */
const burst = 0.01;

/** What is done to the packets, in plain numbers: for all actions but `partition`. */
export function parameters(spec: NetworkChaosSpec): Pick<Shape, "netem" | "bucket"> {
	const { bandwidth, rate } = spec;
	const bucket = bandwidth ? bucketOf(bandwidth) : rate && plainBucket(bitsPerSecond(rate.rate));
	const netem = netemOf(spec);
	return { ...(Object.keys(netem).length > 0 && { netem }), ...(bucket && { bucket }) };
}

function netemOf({ delay, loss, duplicate, corrupt }: NetworkChaosSpec): Netem {
	return {
		...(delay && {
			delay: {
				latency: Math.max(1, microseconds(delay.latency)),
				jitter: microseconds(delay.jitter ?? "0"),
				correlation: share(delay.correlation),
			},
		}),
		...(delay?.reorder && {
			reorder: { ...chance(delay.reorder.reorder, delay.reorder.correlation), gap: delay.reorder.gap },
		}),
		...(loss && { loss: chance(loss.loss, loss.correlation) }),
		...(duplicate && { duplicate: chance(duplicate.duplicate, duplicate.correlation) }),
		...(corrupt && { corrupt: chance(corrupt.corrupt, corrupt.correlation) }),
	};
}

/** A bucket that makes no difference but the rate: small enough not to be noticed, large enough for a packet or two. */
function plainBucket(rate: number): Bucket {
	return { rate, limit: waiting * packet, buffer: Math.max(2 * packet, Math.ceil((rate / 8) * burst)) };
}

function bucketOf({
	rate,
	limit,
	buffer,
	peakrate = 0,
	minburst = 0,
}: NonNullable<NetworkChaosSpec["bandwidth"]>): Bucket {
	return {
		rate: bitsPerSecond(rate),
		limit,
		buffer,
		...(peakrate > 0 && minburst > 0 && { peakrate: peakrate * 8, minburst }),
	};
}

function chance(percentage: string, correlation: string | undefined): Chance {
	return { probability: share(percentage), correlation: share(correlation) };
}

/** 0 to 1, of a percentage as text; nothing is 0. */
function share(percentage: string | undefined): number {
	return Number(percentage ?? 0) / 100;
}

function microseconds(duration: string): number {
	return Math.round((parseDuration(duration) ?? 0) * 1000);
}
