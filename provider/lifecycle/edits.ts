import type { Experiment } from "../../api/experiment.ts";
import { pauseAnnotation } from "../../api/names.ts";
import { differences, mayBeSaid, shown } from "./difference.ts";
import { metadataPatch, optional } from "./metadata.ts";
import type { ExperimentInputs } from "./state.ts";
import { wholeSpec } from "./whole-spec.ts";

/** What somebody has edited in the object of an experiment, one sentence each: `mode is "one" and should be "all"`. */
export interface Edits {
	/** What is hit, and how: only a new object can be as it should. */
	spec: string[];
	/** Labels and annotations of ours, but for the pause, which is a phase of its own. */
	metadata: string[];
}

/** Compares the object in the cluster with what the resource was made of. */
export function editsOf(present: Experiment, inputs: ExperimentInputs): Edits {
	return { spec: specEdits(present, inputs), metadata: metadataEdits(present, inputs) };
}

/** As {@link editsOf}, of the spec alone. */
export function specEdits({ spec }: Pick<Experiment, "spec">, inputs: ExperimentInputs): string[] {
	const edited = differences(wholeSpec(inputs, spec), wholeSpec(inputs, inputs.spec));
	return edited.map((one) =>
		mayBeSaid(one) ? sentence(one.path, one.there, one.here) : `${one.path} is not what it should be`,
	);
}

function metadataEdits(present: Experiment, inputs: ExperimentInputs): string[] {
	const { labels = {}, annotations = {} } = metadataPatch(inputs, present);
	const { labels: hasLabels = {}, annotations: hasAnnotations = {} } = present.metadata;
	return [
		...Object.entries(labels).map(([name, wanted]) => sentence(`label ${name}`, hasLabels[name], wanted)),
		...Object.entries(annotations)
			.filter(([name, wanted]) => name !== pauseAnnotation && !(wanted === null && optional.includes(name)))
			.map(([name, wanted]) => sentence(`annotation ${name}`, hasAnnotations[name], wanted ?? undefined)),
	];
}

function sentence(path: string, is: unknown, shouldBe: unknown): string {
	return `${path} is ${shown(is)} and should be ${shown(shouldBe)}`;
}
