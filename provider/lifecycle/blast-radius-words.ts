import { count, fewOf, plural } from "../../api/wording.ts";
import { percent } from "../../selection/share.ts";
import type { BlastRadius, Part } from "./blast-radius.ts";
import type { UnableNodes } from "./unable-nodes.ts";

/** Of a list so many are named. */
const most = 5;

/**
 * A blast radius in one line:
 * `would hit 7 of 22 pods in namespace shop: Deployment shop/front 7 of 7 (100 %); on nodes a (4), b (3); in zones x (4), y (3);
 * node b can't do it (no chaos daemon has reported from it); breaks the disruption budget shop/front (7 of its pods, 1 may be missing)`
 */
export function blastRadiusWords({
	targets,
	namespaces,
	workloads,
	nodes,
	zones,
	unable,
	broken,
}: BlastRadius): string {
	const all = namespaces.reduce((sum, { of }) => sum + of, 0);
	const names = namespaces.map(({ name }) => name);
	return [
		`would hit ${targets.length} of ${count(all, "pod")} in ${plural(names.length, "namespace")} ${fewOf(names, most)}: ${fewOf(workloads.map(part), most)}`,
		`on ${places("node", nodes)}`,
		...(zones.size > 0 ? [`in ${places("zone", zones)}`] : []),
		...(unable.size > 0 ? [cannot(unable)] : []),
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

/** Nodes that lack the same are said together. */
function cannot(unable: UnableNodes): string {
	const alike = Map.groupBy([...unable], ([, why]) => why);
	const said = [...alike].map(([why, nodes]) => {
		const names = nodes.map(([name]) => name);
		return `${plural(names.length, "node")} ${fewOf(names, most)} can't do it (${why})`;
	});
	return said.join("; ");
}

function places(noun: string, tally: ReadonlyMap<string, number>): string {
	const named = [...tally].map(([name, hit]) => `${name === "" ? "(none yet)" : name} (${hit})`);
	return `${plural(tally.size, noun)} ${fewOf(named, most)}`;
}
