import type { Injection, PodApi, PodPatch, PodView } from "../../api/cluster-injector.ts";
import { TargetGoneError, type Verdict } from "../../api/injector.ts";
import { step } from "../../api/step.ts";
import { type Failure, failureAnnotation, failureOf, runningIds } from "./failed-images.ts";

/** Tries to change a pod that somebody else keeps changing. */
const tries = 10;

/**
 * Gives all containers of a pod the system's own image. What they were stands in one annotation of the pod, with all who want
 * the failure: the first one changes the images, the last one puts them back.
 */
export async function failPod(api: PodApi, { id, experiment, target }: Injection): Promise<void> {
	const found = await change(api, target, (pod) => {
		const failure = failureOf(pod) ?? { holders: {}, by: systemImageOf(api), containers: {} };
		const others = pod.spec.containers.filter(({ image }) => image !== failure.by);
		if (id in failure.holders && others.length === 0) return undefined;
		const holders = { ...failure.holders, [id]: experiment };
		return {
			annotations: { [failureAnnotation]: JSON.stringify({ ...keep(failure, pod), holders } satisfies Failure) },
			containers: others.map(({ name }) => ({ name, image: failure.by })),
		};
	});
	if (!found) throw new TargetGoneError("the pod does not exist any more");
}

/** Ends the failure for one injection; returns ids of the containers that run the system's image and have to stop now. */
export async function restorePod(api: PodApi, { id, target }: Injection): Promise<string[]> {
	let leaving: string[] = [];
	await change(api, target, (pod) => {
		const failure = failureOf(pod);
		if (!failure) refuseUnknownImages(api, pod);
		if (!failure || !(id in failure.holders)) return undefined;
		const { [id]: _, ...holders } = failure.holders;
		if (Object.keys(holders).length > 0) {
			return { annotations: { [failureAnnotation]: JSON.stringify({ ...failure, holders }) } };
		}
		// What has another image by now was changed by somebody else, and is theirs.
		const ours = pod.spec.containers.filter(({ name, image }) => image === failure.by && failure.containers[name]);
		const running = runningIds(pod);
		leaving = ours.flatMap(({ name }) => running.get(name) ?? []);
		return {
			annotations: { [failureAnnotation]: null },
			containers: ours.map(({ name }) => ({ name, image: failure.containers[name]?.image ?? "" })),
		};
	});
	return leaving;
}

/** In place: every container has the system's image, and none runs any more as it was before. */
export function verifyFailure(pod: PodView, id: string): Verdict {
	const failure = failureOf(pod);
	if (!failure || !(id in failure.holders)) return "lost";
	const running = new Set(runningIds(pod).values());
	const changed = pod.spec.containers.some(({ image }) => image !== failure.by);
	const survivor = Object.values(failure.containers).some((container) => running.has(container.id ?? ""));
	return changed || survivor ? "lost" : "in place";
}

/** Reads a pod and patches it, again while others change it in between; whether it exists. Undefined patch: nothing to do. */
async function change(
	api: PodApi,
	target: Injection["target"],
	edit: (pod: PodView) => PodPatch | undefined,
): Promise<boolean> {
	for (let count = 0; count < tries; count++) {
		const pod = await api.read(target);
		if (!pod) return false;
		const patch = edit(pod);
		if (!patch || (await step("pod-patch", () => api.patch(pod, patch)))) return true;
	}
	throw new Error(
		`pod ${target.namespace}/${target.pod} is changed by others all the time, so its images could not be; see who writes it`,
	);
}

/** A recovery that can't know what the containers were must not pass for one. */
function refuseUnknownImages({ systemImage }: PodApi, { metadata, spec }: PodView): void {
	const failing = spec.containers.filter(({ image }) => image === systemImage).map(({ name }) => name);
	if (failing.length === 0) return;
	throw new Error(
		`containers ${failing.join(", ")} of pod ${metadata.namespace}/${metadata.name} run the system's image, and somebody has removed the annotation ${failureAnnotation} that says what they were; set their images, or delete the pod`,
	);
}

function systemImageOf({ systemImage }: PodApi): string {
	if (systemImage !== "") return systemImage;
	throw new Error(
		"the controller does not know the system's image; set PULUMI_CHAOS_IMAGE to it (Installation does so)",
	);
}

/** Keeps what containers are that do not fail: at first all, later those that somebody has given another image meanwhile. */
function keep(failure: Failure, pod: PodView): Failure {
	const running = runningIds(pod);
	const fresh = pod.spec.containers
		.filter(({ image }) => image !== failure.by)
		.map(({ name, image }): [string, { image: string; id?: string }] => {
			const id = running.get(name);
			return [name, { image, ...(id !== undefined && { id }) }];
		});
	return { ...failure, containers: { ...failure.containers, ...Object.fromEntries(fresh) } };
}
