import { type Arrival, count, type Exchange } from "./datagrams.mts";

/** What becomes of the datagrams that one pod sends another. */
export type Fate = "as they are" | "slow" | "none" | "twice";

/** Milliseconds that the last must at least take to count as slow; what is not slowed down takes a few, on a busy machine more. */
const slowMs = 250;

/** One that sends datagrams to the others, and hears theirs. */
export interface Party {
	addresses: readonly string[];
	exchange(what: Exchange): Promise<Arrival[]>;
}

/**
 * What becomes of what each party sends each other, by `front -> back, IPv4` and so on, as seen by who receives it.
 *
 * @param leadMs - until all listen
 */
export async function flows(
	parties: Readonly<Record<string, Party>>,
	leadMs: number,
	waitMs: number,
): Promise<Record<string, string>> {
	const at = Date.now() + leadMs;
	const all = Object.entries(parties);
	const heard = await Promise.all(
		all.map(async ([to, { exchange }]) => {
			const peers = all.filter(([role]) => role !== to).flatMap(([, { addresses }]) => addresses);
			return [to, await exchange({ peers, at, waitMs })] as const;
		}),
	);
	const fates = heard.flatMap(([to, arrivals]) =>
		all
			.filter(([role]) => role !== to)
			.flatMap(([from, { addresses }]) =>
				addresses.map((address) => [
					`${from} -> ${to}, IPv${address.includes(":") ? 6 : 4}`,
					fate(arrivals.filter((arrival) => arrival.from === address)),
				]),
			),
	);
	return Object.fromEntries(fates);
}

function fate(arrivals: readonly Arrival[]): string {
	const numbers = new Set(arrivals.map(({ number }) => number)).size;
	if (numbers === 0) return "none";
	const last = Math.max(...arrivals.map(({ ms }) => ms));
	if (numbers < count) return `${numbers} of ${count}, ${last} ms`;
	if (last >= slowMs) return "slow";
	if (arrivals.length === 2 * count) return "twice";
	return arrivals.length === count ? "as they are" : `${arrivals.length} of ${count}`;
}
