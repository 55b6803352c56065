import { type FaultKind, traitsOf } from "../../api/kind.ts";
import { faultName, type NodeReport } from "../../api/node-report.ts";

/** Why a node will not put a fault in place, by its name. */
export type UnableNodes = ReadonlyMap<string, string>;

/**
 * The nodes of targets that can't do a fault, as far as their daemons have said. A node without a report has no daemon, or one that is
 * older than reports: that is said only where others have one.
 *
 * @param nodes - names of the nodes that the targets run on
 */
export function unableNodes(
	kind: FaultKind,
	spec: Readonly<Record<string, unknown>>,
	nodes: Iterable<string>,
	reports: readonly NodeReport[],
): UnableNodes {
	const unable = new Map<string, string>();
	if (reports.length === 0 || traitsOf(kind, spec).where !== "node") return unable;
	const fault = faultName(kind, spec);
	for (const node of nodes) {
		const report = reports.find(({ metadata }) => metadata.name === node);
		const ability = report?.spec.faults.find(({ name }) => name === fault);
		if (!report) unable.set(node, "no chaos daemon has reported from it");
		else if (ability?.able === false) unable.set(node, ability.why ?? "its daemon does not say why");
	}
	return unable;
}
