import type { PodView } from "../../api/cluster-injector.ts";
import { isObject } from "../../api/json.ts";

/** Annotation of a pod that a pod-failure holds: what is needed to give its containers back, as JSON. */
export const failureAnnotation = "pulumi-chaos.io/pod-failure";

/** What a pod under pod-failure says of itself. */
export interface Failure {
	/** Uids of experiments by injection id; while there is one, the pod fails. */
	holders: Record<string, string>;
	/** The image that the containers got. */
	by: string;
	/** What each container was: its image, and the id under which it ran. */
	containers: Record<string, { image: string; id?: string }>;
}

/** What a pod says of its failure; undefined: nothing, or nothing that can be read. */
export function failureOf({ metadata }: PodView): Failure | undefined {
	const text = metadata.annotations?.[failureAnnotation];
	if (text === undefined) return undefined;
	try {
		const failure: unknown = JSON.parse(text);
		return isFailure(failure) ? failure : undefined;
	} catch {
		return undefined;
	}
}

/** Anybody may write annotations. */
function isFailure(value: unknown): value is Failure {
	if (!isObject(value)) return false;
	const { holders, by, containers } = value;
	return (
		isObject(holders) &&
		Object.values(holders).every((uid) => typeof uid === "string") &&
		typeof by === "string" &&
		isObject(containers) &&
		Object.values(containers).every((container) => isObject(container) && typeof container["image"] === "string")
	);
}

/** Ids of the containers of a pod that run now, by name. */
export function runningIds({ status }: PodView): Map<string, string> {
	return new Map(
		(status.containerStatuses ?? []).flatMap(({ name, containerID, state }): [string, string][] =>
			containerID !== undefined && state?.running !== undefined ? [[name, containerID]] : [],
		),
	);
}
