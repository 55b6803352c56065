import { at, type JsonObject, numberAt, textAt } from "../json.ts";
import { podsOf, unreadyPods } from "./pods.ts";
import { type Readiness, readyUnless } from "./verdict.ts";

/** Rolled out: every replica is of the newest template and available, and none of an older one is left. */
export const deployment: Readiness = {
	related: podsOf,
	judge(object, pods) {
		const wanted = wantedReplicas(object);
		const updated = numberAt(object, "status", "updatedReplicas");
		const total = numberAt(object, "status", "replicas");
		const available = numberAt(object, "status", "availableReplicas");
		return judged(object, pods, [
			[updated >= wanted, `${updated} of ${wanted} replicas are of the newest template`],
			[total <= updated, `${total - updated} replicas of an older template are left`],
			[available >= wanted, `${available} of ${wanted} replicas are available`],
		]);
	},
};

/** Rolled out: every node that should has an available pod of the newest template, also when pods are only replaced by hand. */
export const daemonSet: Readiness = {
	related: podsOf,
	judge(object, pods) {
		const wanted = numberAt(object, "status", "desiredNumberScheduled");
		const updated = numberAt(object, "status", "updatedNumberScheduled");
		const available = numberAt(object, "status", "numberAvailable");
		const ready = numberAt(object, "status", "numberReady");
		return judged(object, pods, [
			[updated >= wanted, `${updated} of ${wanted} pods are of the newest template`],
			[available >= wanted && ready >= wanted, `${Math.min(available, ready)} of ${wanted} pods are available`],
		]);
	},
};

/** Rolled out: every replica is of the newest revision and ready. */
export const statefulSet: Readiness = {
	related: podsOf,
	judge(object, pods) {
		const wanted = wantedReplicas(object);
		const ready = numberAt(object, "status", "readyReplicas");
		const updated = numberAt(object, "status", "updatedReplicas");
		const revision = textAt(object, "status", "currentRevision");
		return judged(object, pods, [
			[ready >= wanted, `${ready} of ${wanted} replicas are ready`],
			[
				revision === textAt(object, "status", "updateRevision") || updated >= wanted,
				`${updated} of ${wanted} replicas are of the newest revision`,
			],
		]);
	},
};

function wantedReplicas(object: JsonObject): number {
	const replicas = at(object, "spec", "replicas");
	return typeof replicas === "number" ? replicas : 1;
}

function judged(object: JsonObject, pods: JsonObject[], rules: [boolean, string][]) {
	// Until its controller has seen the newest spec, a status speaks of the one before.
	const seen = numberAt(object, "status", "observedGeneration") >= numberAt(object, "metadata", "generation");
	const broken = seen
		? rules.filter(([holds]) => !holds).map(([, sentence]) => sentence)
		: ["its controller has not seen it yet"];
	return readyUnless(broken.length === 0 ? [] : [...broken, ...unreadyPods(pods)]);
}
