import type { Experiment } from "../api/experiment.ts";
import { errorText } from "../api/log.ts";
import { quote } from "../api/problem.ts";
import type { PodSelector } from "../api/selector.ts";
import type { Reason, TargetRecord } from "../api/status.ts";
import type { Pod } from "./kube.ts";
import { fitsObject, newRecord } from "./records.ts";
import { describeSelector, namespacesOf, type Selection, select } from "./select.ts";
import type { World } from "./world.ts";

/** A selection that came to nothing, for the condition Selected; it is tried again. */
export interface NotSelected {
	reason: Extract<Reason, "NoTarget" | "UnknownNamespace" | "SelectionFailed">;
	message: string;
}

/** What of the cluster a selection reads. It lists live: what is chosen stays chosen, so a cache that lags would miss targets. */
export type SelectionWorld = Pick<World, "listPods" | "namespaceExists">;

/** Chooses the targets of both sides of an experiment. */
export async function selectTargets(
	world: SelectionWorld,
	{ metadata, spec }: Experiment,
): Promise<TargetRecord[] | NotSelected> {
	const sides: [string, string, PodSelector][] = [[".", "spec", spec]];
	if (spec.target) sides.push([".Target", "spec.target", spec.target]);
	const records: TargetRecord[] = [];
	try {
		for (const [key, path, side] of sides) {
			const namespaces = namespacesOf(side.selector, metadata.namespace);
			const unknown = await unknownNamespaces(world, namespaces);
			if (unknown.length > 0) return unknownNamespace(unknown, path);
			const lists = await Promise.all(
				namespaces.map((namespace) => world.listPods(namespace, side.selector.labelSelectors ?? {})),
			);
			const selection = select(side, metadata.namespace, lists.flat());
			if (selection.chosen.length === 0) return noTarget(side, metadata.namespace, path, selection);
			records.push(...selection.chosen.map((pod) => newRecord(key, pod)));
		}
		return fitsObject(records) ? records : tooMany(records.length);
	} catch (error) {
		return { reason: "SelectionFailed", message: `targets could not be looked up: ${errorText(error)}` };
	}
}

async function unknownNamespaces(world: SelectionWorld, names: string[]): Promise<string[]> {
	const exist = await Promise.all(names.map((name) => world.namespaceExists(name)));
	return names.filter((_, index) => !exist[index]);
}

function unknownNamespace(names: string[], path: string): NotSelected {
	const [subject, verb, them] = names.length > 1 ? ["namespaces", "do", "them"] : ["namespace", "does", "it"];
	return {
		reason: "UnknownNamespace",
		message: `${path}.selector: ${subject} ${names.map((name) => quote(name)).join(", ")} ${verb} not exist; create ${them} or correct the name`,
	};
}

function noTarget({ selector }: PodSelector, own: string, path: string, { refused }: Selection): NotSelected {
	const who = refused.slice(0, 3).map(({ pod, why }) => `${pod.metadata.name} ${why}`);
	if (refused.length > 3) who.push(`${refused.length - 3} more`);
	const but = refused.length > 0 ? ` that can be hit (${who.join(", ")})` : "";
	return {
		reason: "NoTarget",
		message: `${path}.selector matches no running pod${but}: ${describeSelector(selector, own)}; start such pods or correct the selector`,
	};
}

function tooMany(targets: number): NotSelected {
	return {
		reason: "SelectionFailed",
		message: `${targets} targets are too many for the status of one object; split the experiment, by namespace or label`,
	};
}

/** Whether a pod would make another try worthwhile. */
export function mayBeTarget({ spec, metadata }: Experiment, pod: Pod): boolean {
	const sides = [spec, ...(spec.target ? [spec.target] : [])];
	return sides.some((side) => select({ ...side, mode: "all" }, metadata.namespace, [pod]).chosen.length > 0);
}
