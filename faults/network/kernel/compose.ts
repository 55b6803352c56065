import type { Chance, Netem } from "../instruction.ts";

/**
 * What several faults do together to a packet that all of them match. Delays add up, and their variations as independent ones
 * do, by the squares. What happens by chance happens when it does by any of them. Of correlations, and of the gaps of what
 * overtakes, the one that counts is that of the fault that does the most.
 */
export function compose(netems: readonly Netem[]): Netem {
	const delay = delayOf(netems.flatMap((netem) => netem.delay ?? []));
	const reorders = netems.flatMap(({ reorder }) => reorder ?? []);
	const reorder = chanceOf(reorders);
	const loss = chanceOf(netems.flatMap((netem) => netem.loss ?? []));
	const duplicate = chanceOf(netems.flatMap((netem) => netem.duplicate ?? []));
	const corrupt = chanceOf(netems.flatMap((netem) => netem.corrupt ?? []));
	return {
		...(delay && { delay }),
		...(reorder && { reorder: { ...reorder, gap: Math.max(...reorders.map(({ gap }) => gap)) } }),
		...(loss && { loss }),
		...(duplicate && { duplicate }),
		...(corrupt && { corrupt }),
	};
}

type Delay = NonNullable<Netem["delay"]>;

function delayOf(delays: readonly Delay[]): Delay | undefined {
	if (delays.length < 2) return delays[0];
	return {
		latency: sum(delays.map(({ latency }) => latency)),
		jitter: Math.sqrt(sum(delays.map(({ jitter }) => jitter ** 2))),
		correlation: mostBy(delays, ({ jitter }) => jitter).correlation,
	};
}

function chanceOf(chances: readonly Chance[]): Chance | undefined {
	if (chances.length === 0) return undefined;
	const never = chances.reduce((product, { probability }) => product * (1 - probability), 1);
	const { probability, correlation } = mostBy(chances, (chance) => chance.probability);
	return { probability: chances.length === 1 ? probability : 1 - never, correlation };
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

function mostBy<T>(items: readonly T[], size: (item: T) => number): T {
	return items.reduce((most, item) => (size(item) > size(most) ? item : most));
}
