import type { Injector } from "../../api/injector.ts";
import type { Shape } from "../../faults/network/instruction.ts";
import type { Pod } from "../../test/support/pod.ts";
import { quantile } from "../result.ts";
import type { Case } from "./network-cases.ts";

/** What was measured of one case, in its unit. */
export interface Measured {
	what: string;
	measure: Case["measure"];
	asked: number;
	n: number;
	mean: number;
	p50: number;
	p99: number;
}

/** Datagrams to tell a share from. */
const many = 10_000;
const wait = 3000;
/**
 * Slow enough that an emulated machine loses none by itself. Long, since a wrong bit in the source address of Ethernet is noticed
 * by nobody: 6 bytes of 1442.
 */
const allOfThem = { count: many, burst: 10, everyMs: 20, waitMs: wait, size: 1400 };
/** Echoes that a delay is told from: with jitter more, so that chance moves the median by less than what it may be off. */
const [even, spread] = [1000, 4000];
/** Bytes of a packet of Ethernet, and those that TCP has carried in it, with time stamps. */
const [onWire, carried] = [1514, 1448];
let ids = 0;

/** Measures a case on what a pod sends to another one. `direct` is the median time (ms) of an echo without a fault. */
export async function measure<Undo>(
	engine: Injector<Shape, Undo>,
	[pod, address]: [Pod, string],
	{ what, asked, measure: kind, shape }: Case,
	direct: number,
): Promise<Measured> {
	const instruction: Shape = { action: "shape", paths: [{ hook: "egress" }], ...shape };
	await engine.needs(instruction);
	const undo = await engine.prepare(pod.target, instruction, `accuracy${ids++}`, 3_600_000);
	try {
		await engine.inject(pod.target, instruction, undo);
		const values = await measurements[kind](pod, address, direct, shape);
		const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
		const n = kind === "delay" || kind === "rate" ? values.length : many;
		return { what, measure: kind, asked, n, mean, p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
	} finally {
		await engine.recover(pod.target, undo);
	}
}

/** Times of echoes, in milliseconds. */
export async function echoTimes(pod: Pod, address: string, count: number): Promise<number[]> {
	const probes = { count, burst: 1, everyMs: 10, waitMs: wait, enough: count };
	return (await pod.probe(address, probes)).map(([, ms]) => ms);
}

async function numbers(pod: Pod, address: string): Promise<number[]> {
	return (await pod.probe(address, allOfThem)).map(([number]) => number);
}

const measurements: Record<
	Case["measure"],
	(pod: Pod, address: string, direct: number, shape: Case["shape"]) => Promise<number[]>
> = {
	delay: async (pod, address, direct, { netem }) => {
		const count = netem?.delay?.jitter ? spread : even;
		return (await echoTimes(pod, address, count)).map((ms) => ms - direct);
	},
	lost: async (pod, address) => [1 - (await numbers(pod, address)).length / many],
	doubled: async (pod, address) => [(await numbers(pod, address)).length / many - 1],
	early: async (pod, address, _direct, { netem }) => {
		// Those that are not held back take a small part of what the others take.
		const early = (netem?.delay?.latency ?? 0) / 2000;
		const echoes = await pod.probe(address, allOfThem);
		return [echoes.filter(([, ms]) => ms < early).length / echoes.length];
	},
	rate: async (pod, address) => {
		const rates = [];
		for (let run = 0; run < 3; run++) rates.push(((await pod.pour(address, 3000)) * onWire) / carried);
		return rates;
	},
};
