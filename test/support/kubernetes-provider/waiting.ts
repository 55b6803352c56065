import type { JsonObject } from "./json.ts";
import type { ObjectClient } from "./object-client.ts";
import { ObjectWatch, type WatchScope } from "./object-watch.ts";

/** How long something is waited for, and what ends the wait early. */
export interface Patience {
	milliseconds: number;
	/** Aborted when the engine cancels the update. */
	signal: AbortSignal;
}

/** A wait that came to its end without an outcome: out of time, or cancelled. */
export class WaitEnded extends Error {}

/**
 * Watches `scopes` and gives their objects to `step` after each change, once all of them have been listed, until it returns
 * something or throws. Rejects with {@link WaitEnded} at the end of `patience`.
 */
export async function until<T>(
	client: ObjectClient,
	scopes: WatchScope[],
	step: (objects: JsonObject[][]) => T | undefined,
	patience: Patience,
): Promise<T> {
	const outcome = Promise.withResolvers<T>();
	const changed = () => {
		const lists = watches.map((watch) => watch.objects).filter((objects) => objects !== undefined);
		if (lists.length < watches.length) return;
		try {
			const result = step(lists);
			if (result !== undefined) outcome.resolve(result);
		} catch (error) {
			outcome.reject(error);
		}
	};
	const watches = scopes.map((scope) => new ObjectWatch(client, scope, changed));
	const outOfTime = setTimeout(() => outcome.reject(new WaitEnded(`after ${span(patience)}`)), patience.milliseconds);
	const cancelled = () => outcome.reject(new WaitEnded("when the update was cancelled"));
	patience.signal.addEventListener("abort", cancelled, { once: true });
	if (patience.signal.aborted) cancelled();
	for (const watch of watches) watch.run().catch(outcome.reject);
	try {
		return await outcome.promise;
	} finally {
		clearTimeout(outOfTime);
		patience.signal.removeEventListener("abort", cancelled);
		for (const watch of watches) watch.stop();
	}
}

function span({ milliseconds }: Patience): string {
	return `${Math.round(milliseconds / 1_000)} s`;
}
