import { count, fewOf, plural } from "../../api/wording.ts";
import type { BlastRadius, Part } from "./blast-radius.ts";

/** Of a list so many are named. */
const most = 5;

/**
 * A blast radius in one line:
 * `would hit 7 of 22 pods in namespace shop: Deployment shop/front 7 of 7 (100 %); on nodes a (4), b (3); in zones x (4), y (3);
 * breaks the disruption budget shop/front (7 of its pods, 1 may be missing)`
 */
export function blastRadiusWords({ targets, namespaces, workloads, nodes, zones, broken }: BlastRadius): string {
	const all = namespaces.reduce((sum, { of }) => sum + of, 0);
	const names = namespaces.map(({ name }) => name);
	return [
		`would hit ${targets.length} of ${count(all, "pod")} in ${plural(names.length, "namespace")} ${fewOf(names, most)}: ${fewOf(workloads.map(part), most)}`,
		`on ${places("node", nodes)}`,
		...(zones.size > 0 ? [`in ${places("zone", zones)}`] : []),
		...broken.map(
			({ name, hit, allowed }) =>
				`breaks the disruption budget ${name} (${count(hit, "pod")} of it, ${allowed} may be missing)`,
		),
	].join("; ");
}

/** A part in words: `Deployment shop/front 7 of 7 (100 %)`. */
export function part({ name, hit, of }: Part): string {
	return `${name} ${hit} of ${of} (${percent({ hit, of })} %)`;
}

/** The share of a part in whole percents, at least 1. */
export function percent({ hit, of }: Pick<Part, "hit" | "of">): number {
	return Math.max(1, Math.round((100 * hit) / of));
}

function places(noun: string, tally: ReadonlyMap<string, number>): string {
	const named = [...tally].map(([name, hit]) => `${name === "" ? "(none yet)" : name} (${hit})`);
	return `${plural(tally.size, noun)} ${fewOf(named, most)}`;
}
