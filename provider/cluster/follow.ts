import { setTimeout as sleep } from "node:timers/promises";
import { type KubeConfig, Watch } from "@kubernetes/client-node";
import type { Experiment, ObjectMeta } from "../../api/experiment.ts";
import { group, version } from "../../api/names.ts";
import { ApiError, type Query } from "./cluster.ts";

/** A list as the API server sends it. */
export interface Listed<T = Experiment> {
	metadata: { resourceVersion: string };
	items: T[];
}

/** One line of a watch. */
interface Change<T> {
	type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
	object: T;
}

/** Pauses between attempts to reach a server that does not answer, in milliseconds; the last is repeated. */
const pauses = [200, 500, 1000, 2000, 5000];

/**
 * Lists, then watches from there; after a disconnect it lists again, so that nothing that happened in between is missed.
 * Yields all objects after each change. Rejects only when the server refuses (401, 403 and the like).
 *
 * @param of - group of the kind; default: that of experiments
 */
export async function* follow<T extends { metadata: ObjectMeta } = Experiment>(
	config: KubeConfig,
	list: (chosen: Record<string, string>) => Promise<Listed<T>>,
	query: Query,
	signal: AbortSignal,
	of: string = group,
): AsyncGenerator<T[]> {
	const chosen = {
		...(query.name !== undefined && { fieldSelector: `metadata.name=${query.name}` }),
		...(query.labels !== undefined && { labelSelector: query.labels }),
	};
	for (let failures = 0; !signal.aborted; ) {
		const listed = await list(chosen).catch(whatItMeans<T>);
		if (listed === "unreachable") {
			await pause(pauses[Math.min(failures++, pauses.length - 1)] ?? 0, signal);
			continue;
		}
		failures = 0;
		const objects = new Map(listed.items.map((item) => [item.metadata.uid, item]));
		yield [...objects.values()];
		for await (const change of changes<T>(config, of, query, { ...chosen, ...listed.metadata }, signal)) {
			if (change.type === "ERROR") break;
			if (change.type === "BOOKMARK") continue;
			if (change.type === "DELETED") objects.delete(change.object.metadata.uid);
			else objects.set(change.object.metadata.uid, change.object);
			yield [...objects.values()];
		}
		// A server that closes every watch at once must not be asked in a tight loop.
		await pause(pauses[0] ?? 0, signal);
	}
}

function whatItMeans<T>(error: unknown): Listed<T> | "unreachable" {
	if (!(error instanceof ApiError)) throw error;
	if (error.status === 404) return { metadata: { resourceVersion: "" }, items: [] };
	if (error.status === 0 || error.status === 429 || error.status >= 500) return "unreachable";
	throw error;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
	await sleep(milliseconds, undefined, { signal }).catch(() => {});
}

/** The lines of one watch, until it ends for whatever reason. */
async function* changes<T>(
	config: KubeConfig,
	of: string,
	{ plural, namespace }: Query,
	{ fieldSelector, labelSelector, resourceVersion }: Record<string, string | undefined>,
	signal: AbortSignal,
): AsyncGenerator<Change<T>> {
	const waiting: Change<T>[] = [];
	let wake = (): void => {};
	let ended = false;
	let refused: ApiError | undefined;
	const path = `/apis/${of}/${version}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${plural}`;
	const end = (error?: { statusCode?: number } | null): void => {
		// Anything but a refusal is a disconnect: the caller lists again and finds out.
		if (error?.statusCode === 401 || error?.statusCode === 403) {
			refused = new ApiError(
				error.statusCode,
				`the credentials may not watch resource "${plural}" in API group "${of}"`,
			);
		}
		ended = true;
		wake();
	};
	const request = await new Watch(config)
		.watch(
			path,
			{ fieldSelector, labelSelector, resourceVersion, allowWatchBookmarks: true },
			(type: string, object: T) => {
				waiting.push({ type, object } as Change<T>);
				wake();
			},
			end,
		)
		.catch(end);
	const stop = (): void => {
		request?.abort();
		end();
	};
	signal.addEventListener("abort", stop, { once: true });
	try {
		for (;;) {
			const next = waiting.shift();
			if (next) yield next;
			else if (refused) throw refused;
			else if (ended || signal.aborted) return;
			else
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
		}
	} finally {
		signal.removeEventListener("abort", stop);
		stop();
	}
}
