import type { V1Lease, V1Pod } from "@kubernetes/client-node";
import type { Experiment } from "../../api/experiment.ts";
import { apiVersion } from "../../api/names.ts";
import { ApiError, apiRequest } from "../../tools/cluster/api.ts";
import { systemNamespace } from "../support/sample.ts";
import { layout } from "./layout.ts";

/** Namespace of the targets and of the experiments. */
export const namespace = "shop";

/** One request to the API server of the matrix's cluster; undefined when there is no such object. */
export async function api<T>(method: string, path: string, body?: object): Promise<T | undefined> {
	try {
		return JSON.parse(await apiRequest(layout, method, path, body)) as T;
	} catch (error) {
		if (error instanceof ApiError && error.status === 404) return undefined;
		throw error;
	}
}

/**
 * Looks again and again until `look` returns something; what it throws meanwhile counts as not yet.
 *
 * @throws Error after `seconds`, with what was thrown last
 */
export async function until<T>(
	what: string,
	look: () => Promise<T | undefined | false> | T | undefined | false,
	seconds = 120,
): Promise<T> {
	const end = performance.now() + seconds * 1000;
	for (let why = ""; ; ) {
		try {
			const found = await look();
			if (found !== undefined && found !== false) return found;
		} catch (error) {
			why = `: ${(error as Error).message}`;
		}
		if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}${why}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** Path of the pods of a namespace, or of one. */
export function podsPath(of: string, name = ""): string {
	return `/api/v1/namespaces/${of}/pods${name && `/${name}`}`;
}

/** The pods of a namespace with a label. */
export async function podsOf(of: string, label: string): Promise<V1Pod[]> {
	const list = await api<{ items: V1Pod[] }>("GET", `${podsPath(of)}?labelSelector=${encodeURIComponent(label)}`);
	return list?.items ?? [];
}

/** Whether a pod is ready and not on its way out. */
export function isReady({ metadata, status }: V1Pod): boolean {
	const ready = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
	return ready === true && metadata?.deletionTimestamp === undefined;
}

/** Path of the Lease of the controllers. */
export const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${systemNamespace}/leases/pulumi-chaos-controller`;

/** Name of the pod of the controller that leads. */
export async function leaderPod(): Promise<string> {
	const lease = await api<V1Lease>("GET", leasePath);
	if (!lease?.spec?.holderIdentity) throw new Error("no controller leads");
	return lease.spec.holderIdentity;
}

/** Path of the experiments of a kind, or of one. */
export function experimentsPath(kind: string, name = ""): string {
	return `/apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}${name && `/${name}`}`;
}

/** An experiment as the API server has it. */
export function readExperiment(kind: string, name: string): Promise<Experiment | undefined> {
	return api<Experiment>("GET", experimentsPath(kind, name));
}

/** Creates an experiment; tries for as long as no controller answers the API server. */
export async function createExperiment(kind: string, name: string, spec: object): Promise<void> {
	const body = { apiVersion, kind, metadata: { name, namespace }, spec };
	await until(`${kind} ${name} is created`, async () => {
		try {
			return await api("POST", experimentsPath(kind), body);
		} catch (error) {
			// An answer that was lost on the way.
			if (error instanceof ApiError && error.status === 409) return true;
			throw error;
		}
	});
}

/** Begins to delete an experiment. */
export async function deleteExperiment(kind: string, name: string): Promise<void> {
	await until(`${kind} ${name} is being deleted`, async () => {
		await api("DELETE", experimentsPath(kind, name));
		return true;
	});
}
