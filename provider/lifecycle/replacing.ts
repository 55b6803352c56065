import { isDeepStrictEqual } from "node:util";
import type { ClusterReference } from "../cluster/reference.ts";
import type { Context } from "./context.ts";
import type { ExperimentInputs } from "./state.ts";

/** The spec of an experiment can't change, nor can the place of an object; triggers are there to have it made anew. */
export const immutable = ["kind", "name", "namespace", "spec", "triggers"] as const;

/** What of an experiment a change of has it made anew. */
type Immutable = Partial<Record<(typeof immutable)[number], unknown>> & Pick<ExperimentInputs, "cluster">;

/** The inputs because of which an experiment is made anew; empty: it stays. */
export function replacing(context: Context, before: Immutable, after: Immutable): string[] {
	const changed: string[] = immutable.filter((name) => !isDeepStrictEqual(plain(before[name]), plain(after[name])));
	return isElsewhere(context, before.cluster, after.cluster) ? [...changed, "cluster"] : changed;
}

/**
 * Whether two references lead to different API servers. Another spelling of the same one (a moved file, a renamed context) is
 * not worth recovering a fault for; and a reference that leads nowhere any more can't be deleted through.
 */
export function isElsewhere(context: Context, before: ClusterReference, after: ClusterReference): boolean {
	if (isDeepStrictEqual(plain(before), plain(after))) return false;
	const [old, now] = [context.find(before ?? {}), context.find(after ?? {})];
	return "server" in old && "server" in now && old.server !== now.server;
}

/** Without undefined fields, which do not survive in a state. */
export function plain(value: unknown): unknown {
	return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
