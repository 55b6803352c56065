import type { Experiment } from "../api/experiment.ts";
import type { ObjectField } from "../api/field.ts";
import type { Kind } from "../api/kind.ts";

/** The experiment with all defaults of its kind filled in: the CRD in the cluster may be older than we are. */
export function withDefaults(kind: Kind, experiment: Experiment): Experiment {
	return { ...experiment, spec: fill(kind.spec, experiment.spec) as Experiment["spec"] };
}

function fill(field: ObjectField, value: Record<string, unknown>): Record<string, unknown> {
	const filled = { ...value };
	for (const [name, child] of Object.entries(field.fields)) {
		const present = filled[name];
		if (present === undefined && "default" in child && child.default !== undefined) filled[name] = child.default;
		else if (child.type === "object" && typeof present === "object" && present !== null) {
			filled[name] = fill(child, present as Record<string, unknown>);
		}
	}
	return filled;
}
