import type { Experiment } from "../api/experiment.ts";
import { followAnnotation, limitPercentAnnotation, limitTargetsAnnotation } from "../api/names.ts";
import { quote } from "../api/problem.ts";
import type { Targets } from "../guard-rails/target-rules.ts";
import { percent } from "../selection/share.ts";

/** What of targets is more than the limit that stands in an experiment's own annotations, a sentence each. One that can't be read allows nothing. */
export function beyondOwnLimit(experiment: Experiment, { pods, workloads }: Targets): string[] {
	const { targets, share } = limitOf(experiment);
	const said: string[] = [];
	if (targets !== undefined && !(pods <= Number(targets))) {
		said.push(`${pods} pods would be hit, and the annotation ${limitTargetsAnnotation} is ${quote(targets)}`);
	}
	const over = workloads.find((each) => share !== undefined && !(percent(each) <= Number(share)));
	if (over) {
		const { name, hit, of } = over;
		said.push(
			`${hit} of the ${of} pods of ${name} would be hit, and the annotation ${limitPercentAnnotation} is ${quote(share)}`,
		);
	}
	return said;
}

/** Whether an experiment limits the share of a workload. */
export function limitsShareItself(experiment: Experiment): boolean {
	return limitOf(experiment).share !== undefined;
}

/** The limit as it is written; it means something only beside the annotation that has targets follow the selector. */
function limitOf({ metadata }: Experiment): { targets?: string | undefined; share?: string | undefined } {
	const { annotations = {} } = metadata;
	if (annotations[followAnnotation] !== "true") return {};
	return { targets: annotations[limitTargetsAnnotation], share: annotations[limitPercentAnnotation] };
}
