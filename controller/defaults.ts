import { fillDefaults } from "../api/defaults.ts";
import type { Experiment } from "../api/experiment.ts";
import type { Kind } from "../api/kind.ts";

/** The experiment with all defaults of its kind filled in: the CRD in the cluster may be older than we are. */
export function withDefaults(kind: Kind, experiment: Experiment): Experiment {
	return {
		...experiment,
		spec: fillDefaults(kind.spec, experiment.spec, experiment.metadata.namespace) as Experiment["spec"],
	};
}
