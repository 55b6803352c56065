import { type Context, connect, title } from "../context.ts";
import { explain } from "../failure.ts";
import { isOurs } from "../owned-objects.ts";
import type { ReadResult } from "../read.ts";
import { attempt } from "./remove.ts";
import { observeProbe, type ProbeObservation, type ProbeState, placeOfProbe } from "./state.ts";

/** Looks how the Probe stands. What is gone, or belongs to somebody else by now, leaves the state. */
export async function readProbe(context: Context, id: string, state: ProbeState): Promise<ReadResult> {
	const cluster = connect(context, state.cluster);
	try {
		const probe = await cluster.probes.get(placeOfProbe(state));
		if (probe && isOurs(probe, state)) return seen(context, id, state, observeProbe(probe));
		context.say(
			`${title(state)} is not in the cluster ${cluster.where} any more: somebody deleted it; "pulumi up" makes it again`,
		);
		return { id: "", props: {} };
	} catch (error) {
		throw explain(error, cluster, attempt(`read ${title(state)}`, state));
	}
}

function seen(context: Context, id: string, state: ProbeState, now: ProbeObservation): ReadResult {
	const { uid, outcome: before, message, samples, ...inputs } = state;
	if (now.outcome !== "Passing" && now.outcome !== before) {
		const how = now.outcome === undefined ? "it was not looked at yet" : `it is not "Passing" but "${now.outcome}"`;
		const said = now.message === "" ? "" : `: ${now.message}`;
		context.say(`${title(state)}: ${how}${said}; "pulumi up" looks again`);
	}
	const { outcome } = now;
	return { id, props: { ...inputs, ...now }, inputs: { ...inputs, ...(outcome && { outcome }) } };
}
