import { clean } from "../../api/clean.ts";
import { fillDefaults } from "../../api/defaults.ts";
import { kindOf } from "./context.ts";
import type { ExperimentInputs } from "./state.ts";

/** A spec with its defaults and without fields that say nothing: the same when and only when the same is asked for. */
export function wholeSpec(
	inputs: Pick<ExperimentInputs, "kind" | "namespace">,
	spec: Record<string, unknown>,
): Record<string, unknown> {
	const { spec: schema } = kindOf(inputs);
	return fillDefaults(schema, clean(schema, spec), inputs.namespace);
}
