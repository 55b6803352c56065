import { type Json, type JsonObject, numberAt, objectAt, objectsAt, textAt } from "../json.ts";
import type { WatchScope } from "../object-watch.ts";

/** The pods that a workload's selector names. */
export function podsOf(workload: JsonObject): WatchScope | undefined {
	const labels = Object.entries(objectAt(workload, "spec", "selector", "matchLabels"));
	if (labels.length === 0) return undefined;
	return {
		apiVersion: "v1",
		kind: "Pod",
		namespace: textAt(workload, "metadata", "namespace"),
		query: { labelSelector: labels.map(([key, value]) => `${key}=${value}`).join(",") },
	};
}

/** One sentence for each pod that is not ready, with its name and why. Pods on their way out are left out. */
export function unreadyPods(pods: JsonObject[]): string[] {
	return pods
		.filter((pod) => textAt(pod, "metadata", "deletionTimestamp") === "" && !isReady(pod))
		.map((pod) => `pod "${textAt(pod, "metadata", "name")}" is not ready: ${whyNot(pod)}`);
}

/** Whether a pod reports itself ready, or has done its work. */
export function isReady(pod: JsonObject): boolean {
	return textAt(pod, "status", "phase") === "Succeeded" || textAt(condition(pod, "Ready"), "status") === "True";
}

/** The condition of a type; empty when the object has none. */
export function condition(object: JsonObject, type: string): JsonObject {
	return objectsAt(object, "status", "conditions").find((entry) => entry["type"] === type) ?? {};
}

function whyNot(pod: JsonObject): string {
	const scheduled = condition(pod, "PodScheduled");
	if (scheduled["status"] === "False") return `not scheduled: ${textAt(scheduled, "message")}`;
	const containers = [
		...objectsAt(pod, "status", "initContainerStatuses"),
		...objectsAt(pod, "status", "containerStatuses"),
	];
	const stuck = containers.map(stateOfContainer).filter((text) => text !== "");
	if (stuck.length > 0) return stuck.join("; ");
	return textAt(condition(pod, "Ready"), "message") || `its phase is ${textAt(pod, "status", "phase") || "not set"}`;
}

function stateOfContainer(status: JsonObject): string {
	const name = `container "${textAt(status, "name")}"`;
	const waiting = objectAt(status, "state", "waiting");
	if (Object.keys(waiting).length > 0) return `${name} waits: ${reason(waiting)}`;
	const ended = objectAt(status, "state", "terminated");
	const exitCode = numberAt(ended, "exitCode");
	return exitCode === 0 ? "" : `${name} ended with ${exitCode}: ${reason(ended)}`;
}

function reason(state: Json): string {
	return [textAt(state, "reason"), textAt(state, "message")].filter((text) => text !== "").join(": ");
}
