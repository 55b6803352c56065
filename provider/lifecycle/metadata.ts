import type { Experiment } from "../../api/experiment.ts";
import {
	followAnnotation,
	limitPercentAnnotation,
	limitTargetsAnnotation,
	ownerAnnotation,
	ownerTeamAnnotation,
	pauseAnnotation,
	previewedAnnotation,
	reasonAnnotation,
	scopeLabel,
	seedAnnotation,
} from "../../api/names.ts";
import { marksOf } from "../../selection/previewed.ts";
import type { MetadataPatch } from "../cluster/cluster.ts";
import { seedOf } from "./seed.ts";
import type { ExperimentInputs } from "./state.ts";

/** Annotations of which a program may say nothing. */
export const optional: readonly string[] = [
	ownerTeamAnnotation,
	reasonAnnotation,
	limitTargetsAnnotation,
	limitPercentAnnotation,
];

/** Our annotations of an experiment's object; undefined: it does not have that one. */
function wantedAnnotations(inputs: ExperimentInputs): Record<string, string | undefined> {
	const { owner, ownerTeam, reason, paused, follow, limit = {} } = inputs;
	// A limit for a start that is over means nothing any more.
	const { targets, percent } = follow === true ? limit : {};
	return {
		[ownerAnnotation]: owner,
		[ownerTeamAnnotation]: ownerTeam,
		[reasonAnnotation]: reason,
		[seedAnnotation]: seedOf(inputs),
		[followAnnotation]: follow === true ? "true" : undefined,
		[limitTargetsAnnotation]: targets?.toString(),
		[limitPercentAnnotation]: percent?.toString(),
		[pauseAnnotation]: paused === true ? "true" : undefined,
	};
}

/** Labels and annotations that a new object gets, which may hit these pods only. */
export function newMetadata(
	inputs: ExperimentInputs,
	allowed: readonly string[] | undefined,
): {
	labels: Record<string, string>;
	annotations: Record<string, string>;
} {
	const given = Object.entries(wantedAnnotations(inputs)).filter(
		(entry): entry is [string, string] => entry[1] !== undefined,
	);
	const previewed = allowed && { [previewedAnnotation]: marksOf(allowed) };
	return { labels: { [scopeLabel]: inputs.scope }, annotations: { ...Object.fromEntries(given), ...previewed } };
}

/** What of an object's labels and annotations is not as the program says, and what it should be; empty: all is. */
export function metadataPatch(inputs: ExperimentInputs, { metadata }: Pick<Experiment, "metadata">): MetadataPatch {
	const { labels = {}, annotations = {} } = metadata;
	const wrong = Object.entries(wantedAnnotations(inputs)).filter(
		([name, wanted]) => !isAsWanted(name, annotations[name], wanted, inputs),
	);
	return {
		...(labels[scopeLabel] !== inputs.scope && { labels: { [scopeLabel]: inputs.scope } }),
		...(wrong.length > 0 && { annotations: Object.fromEntries(wrong.map(([name, wanted]) => [name, wanted ?? null])) }),
	};
}

/**
 * A patch that brings the marks of those who may be hit with it. They are none of what a program says, so that old ones are no
 * edit: once targets are chosen they mean nothing.
 */
export function withMarks(
	patch: MetadataPatch,
	{ follow }: ExperimentInputs,
	{ metadata }: Pick<Experiment, "metadata">,
	allowed: readonly string[] | undefined,
): MetadataPatch {
	const there = metadata.annotations?.[previewedAnnotation];
	const wanted = allowed === undefined ? there : marksOf(allowed);
	// Whoever comes later is hit as well.
	const marks = follow === true ? undefined : wanted;
	if (marks === there) return patch;
	return { ...patch, annotations: { ...patch.annotations, [previewedAnnotation]: marks ?? null } };
}

function isAsWanted(
	name: string,
	there: string | undefined,
	wanted: string | undefined,
	{ adopt }: ExperimentInputs,
): boolean {
	// What others have made was drawn by chance.
	if (name === seedAnnotation && there === undefined) return true;
	if (name === pauseAnnotation || name === followAnnotation) return (there === "true") === (wanted === "true");
	// What is taken over keeps what the program says nothing of.
	if (optional.includes(name) && wanted === undefined && adopt === true) return true;
	return there === wanted;
}
