import { isDeepStrictEqual } from "node:util";
import type { Context } from "../context.ts";
import type { DiffResult } from "../diff.ts";
import { isElsewhere, plain } from "../replacing.ts";
import type { ProbeInputs, ProbeState } from "./state.ts";

const mutable = ["owner", "scope", "waitTimeout", "triggers", "cluster", "spec"] as const;

/** Compares the state with what the program wants, and how the Probe stands with how it should. Only its place never changes. */
export function diffProbe(context: Context, state: ProbeState, news: ProbeInputs): DiffResult {
	const replaces: string[] = (["name", "namespace"] as const).filter((name) => state[name] !== news[name]);
	if (isElsewhere(context, state.cluster, news.cluster)) replaces.push("cluster");
	if (replaces.length > 0) return { changes: true, replaces, deleteBeforeReplace: true };
	const updates = mutable.some((name) => !isDeepStrictEqual(plain(state[name]), plain(news[name])));
	return { changes: updates || state.outcome !== news.outcome };
}
