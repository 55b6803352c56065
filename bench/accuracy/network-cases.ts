import type { Shape } from "../../faults/network/instruction.ts";

/** What is asked for, and how it is measured. */
export interface Case {
	/** As the docs have it. */
	what: string;
	/** What should come out: milliseconds, a share from 0 to 1, or bits a second. */
	asked: number;
	measure: "delay" | "lost" | "doubled" | "early" | "rate";
	shape: Pick<Shape, "netem" | "bucket">;
}

const independent = (probability: number) => ({ probability, correlation: 0 });
const held = (ms: number, jitter = 0) => ({ latency: ms * 1000, jitter: jitter * 1000, correlation: 0 });
const packet = 1514;

const delays = [1, 10, 100, 1000].flatMap((ms): Case[] => [
	{ what: `delay ${ms} ms`, asked: ms, measure: "delay", shape: { netem: { delay: held(ms) } } },
	{ what: `delay ${ms} ± ${ms / 4} ms`, asked: ms, measure: "delay", shape: { netem: { delay: held(ms, ms / 4) } } },
]);

const shares = [0.01, 0.1, 0.5].flatMap((share): Case[] => {
	const percent = `${share * 100} %`;
	const chance = independent(share);
	const reorder = { ...chance, gap: 1 };
	return [
		{ what: `loss ${percent}`, asked: share, measure: "lost", shape: { netem: { loss: chance } } },
		{ what: `duplicate ${percent}`, asked: share, measure: "doubled", shape: { netem: { duplicate: chance } } },
		// Who receives a packet with a wrong bit drops it for its checksum.
		{ what: `corrupt ${percent}`, asked: share, measure: "lost", shape: { netem: { corrupt: chance } } },
		{
			what: `reorder ${percent}`,
			asked: share,
			measure: "early",
			shape: { netem: { delay: held(100), reorder } },
		},
	];
});

const rates = [1e6, 1e7, 1e8].map((rate): Case => {
	const buffer = Math.max(2 * packet, Math.ceil((rate / 8) * 0.01));
	const bucket = { rate, limit: 1000 * packet, buffer };
	return { what: `rate ${rate / 1e6} Mbit/s`, asked: rate, measure: "rate", shape: { bucket } };
});

/** All that is measured of an engine. */
export const cases: readonly Case[] = [...delays, ...shares.toSorted((a, b) => order(a) - order(b)), ...rates];

function order({ what }: Case): number {
	return ["loss", "duplicate", "corrupt", "reorder"].indexOf(what.split(" ")[0] ?? "");
}
