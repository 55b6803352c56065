import type { Experiment } from "../../api/experiment.ts";
import { choose, sidesOf } from "../../selection/choose.ts";
import { podName } from "../../selection/select.ts";
import { ApiError } from "../cluster/cluster.ts";
import type { Surroundings } from "../cluster/surroundings.ts";
import { runsOnNode } from "./blast-radius.ts";
import { records } from "./observe.ts";

/**
 * Pods that an experiment would hit and does not, because they came after it was made: what has taken the place of targets that
 * are gone. `namespace/pod`, sorted; none when pods can't be listed.
 */
export async function comeSince(surroundings: Surroundings, experiment: Experiment): Promise<string[]> {
	const { kind, metadata, spec } = experiment;
	const circumstances = { own: metadata.namespace, runningOnly: runsOnNode({ kind, spec }) };
	const targets = new Set(records(experiment).map(({ id }) => id.split("/").slice(0, 2).join("/")));
	const found = new Set<string>();
	try {
		for (const side of sidesOf(spec)) {
			const all = { ...side, selects: { selector: side.selects.selector, mode: "all" as const } };
			const selection = await choose(surroundings, all, circumstances);
			for (const pod of "reason" in selection ? [] : selection.chosen) {
				const made = Date.parse(pod.metadata.creationTimestamp ?? "");
				if (made > Date.parse(metadata.creationTimestamp)) found.add(podName(pod));
			}
		}
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		return [];
	}
	return [...found].filter((name) => !targets.has(name)).sort();
}
