import { previewedAnnotation } from "../api/names.ts";
import { quote } from "../api/problem.ts";
import type { Selector } from "../api/selector.ts";
import type { Reason } from "../api/status.ts";
import { fewOf } from "../api/wording.ts";
import { describeSelector } from "./describe-selector.ts";
import { type Circumstances, mustRun, type Selection } from "./select.ts";

/** A selection that came to nothing, for the condition Selected; it is tried again. */
export interface NotSelected {
	reason: Extract<
		Reason,
		"NoTarget" | "UnknownNamespace" | "UnknownNode" | "UnknownHost" | "GuardRails" | "NotPreviewed" | "SelectionFailed"
	>;
	message: string;
}

/**
 * Nothing matches, or nothing that can be hit.
 *
 * @param path - where the selector's side is: `spec` or `spec.target`
 */
export function noTarget(
	selector: Selector,
	path: string,
	{ own, runningOnly }: Circumstances,
	{ refused }: Selection,
): NotSelected {
	const who = refused.slice(0, 3).map(({ pod, why }) => `${pod.metadata.name} ${why}`);
	if (refused.length > 3) who.push(`${refused.length - 3} more`);
	const but = refused.length > 0 ? ` that can be hit (${who.join(", ")})` : "";
	const what = mustRun(selector, runningOnly) ? "running pod" : "pod";
	return {
		reason: "NoTarget",
		message: `${path}.selector matches no ${what}${but}: ${describeSelector(selector, own)}; start such pods or correct the selector`,
	};
}

/** The selector names what does not exist. */
export function unknown(what: "namespace" | "node", names: readonly string[], path: string): NotSelected {
	const [subject, verb, them] = names.length > 1 ? [`${what}s`, "do", "them"] : [what, "does", "it"];
	const quoted = names.map((name) => quote(name)).join(", ");
	return {
		reason: what === "node" ? "UnknownNode" : "UnknownNamespace",
		message: `${path}.selector: ${subject} ${quoted} ${verb} not exist; create ${them} or correct the name`,
	};
}

/** It is more than guard rails allow: what they say, a sentence each. */
export function beyondRails(sentences: readonly string[]): NotSelected {
	return { reason: "GuardRails", message: `more than the guard rails allow: ${sentences.join("; ")}` };
}

/** Others would be hit than those who were previewed: these (`namespace/name`). */
export function notPreviewed(strangers: readonly string[]): NotSelected {
	const was = strangers.length > 1 ? "were" : "was";
	return {
		reason: "NotPreviewed",
		message: `it would hit ${fewOf(strangers.map(quote), 5)}, who ${was} not among those previewed (annotation ${previewedAnnotation}); see with "pulumi preview" who it is now`,
	};
}

/** More than one object can hold. */
export function tooMany(targets: number): NotSelected {
	return {
		reason: "SelectionFailed",
		message: `${targets} targets are too many for the status of one object; split the experiment, by namespace or label`,
	};
}

/** Pods are selected, and none has a container of these names. */
export function noContainer(names: readonly string[], path: string, { chosen }: Selection): NotSelected {
	const pods = fewOf(chosen.map(({ metadata }) => metadata.name));
	const wanted = names.map((name) => quote(name)).join(" or ");
	return {
		reason: "NoTarget",
		message: `${path}.containerNames: none of the selected pods (${pods}) has a container ${wanted}; correct the names`,
	};
}
