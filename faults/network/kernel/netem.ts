import type { Chance, Netem } from "../instruction.ts";

/** Packets that may be held back at once: a delay should not lose any, and what waits must not fill the node's memory. */
const limit = 10_000;

/** Arguments of a netem qdisc. */
export function netemArguments({ delay, reorder, loss, duplicate, corrupt }: Netem): string[] {
	const args = ["netem", "limit", String(limit)];
	if (delay) {
		args.push("delay", `${delay.latency}us`);
		if (delay.jitter > 0) args.push(`${delay.jitter}us`, percent(delay.correlation));
	}
	if (loss) args.push("loss", ...chance(loss));
	if (duplicate) args.push("duplicate", ...chance(duplicate));
	if (corrupt) args.push("corrupt", ...chance(corrupt));
	if (reorder) {
		args.push("reorder", ...chance(reorder));
		if (reorder.gap > 1) args.push("gap", String(reorder.gap));
	}
	return args;
}

function chance({ probability, correlation }: Chance): string[] {
	return [percent(probability), percent(correlation)];
}

function percent(share: number): string {
	return `${(share * 100).toFixed(6)}%`;
}

/** What `tc -j qdisc show` says of a netem qdisc. */
interface Shown {
	delay?: { delay?: number; jitter?: number; correlation?: number };
	"loss-random"?: { loss?: number; correlation?: number };
	duplicate?: { duplicate?: number; correlation?: number };
	reorder?: { reorder?: number; correlation?: number };
	corrupt?: { corrupt?: number; correlation?: number };
	gap?: number;
}

/** What a netem qdisc does, by the `options` that tc shows of it; tc writes six digits. */
export function netemOf(options: unknown): Netem {
	const shown = Object(options) as Shown;
	const { delay, reorder, duplicate, corrupt } = shown;
	const loss = shown["loss-random"];
	const of = (probability = 0, correlation = 0): Chance => ({ probability, correlation });
	return {
		...(delay && {
			delay: {
				latency: (delay.delay ?? 0) * 1e6,
				jitter: (delay.jitter ?? 0) * 1e6,
				correlation: delay.correlation ?? 0,
			},
		}),
		...(reorder && { reorder: { ...of(reorder.reorder, reorder.correlation), gap: shown.gap ?? 0 } }),
		...(loss && { loss: of(loss.loss, loss.correlation) }),
		...(duplicate && { duplicate: of(duplicate.duplicate, duplicate.correlation) }),
		...(corrupt && { corrupt: of(corrupt.corrupt, corrupt.correlation) }),
	};
}

/** Whether two do the same, as far as tc shows: what happens never and what is not said are the same. */
export function sameNetem(one: Netem, other: Netem): boolean {
	const [first, second] = [numbersOf(one), numbersOf(other)];
	return first.every((number, index) => isClose(number, second[index] ?? 0));
}

function numbersOf({ delay, reorder, loss, duplicate, corrupt }: Netem): number[] {
	const { latency = 0, jitter = 0, correlation = 0 } = delay ?? {};
	const chances = [reorder, loss, duplicate, corrupt].flatMap((one) =>
		one && one.probability > 0 ? [one.probability, one.correlation] : [0, 0],
	);
	// Without a jitter there is nothing that could depend on anything.
	return [latency, jitter, jitter > 0 ? correlation : 0, ...chances, Math.max(1, reorder?.gap ?? 1)];
}

function isClose(one: number, other: number): boolean {
	return Math.abs(one - other) <= Math.max(1e-5 * Math.max(one, other), 1e-5);
}
