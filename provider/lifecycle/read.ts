import type { Experiment } from "../../api/experiment.ts";
import { ownerAnnotation } from "../../api/names.ts";
import { quote } from "../../api/problem.ts";
import { fewOf } from "../../api/wording.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { comeSince } from "./come-since.ts";
import { type Context, connect, placeOf, title } from "./context.ts";
import { explain } from "./failure.ts";
import { observe } from "./observe.ts";
import { isOneShot } from "./one-shot.ts";
import { isOurs } from "./owned-objects.ts";
import { desiredPhase, type ExperimentState, type Observation } from "./state.ts";
import { whatFollows } from "./what-follows.ts";

/** Answer to the engine's `read`; an empty id takes the resource out of the state. */
export interface ReadResult {
	id: string;
	props: object;
	/** What the next `diff` compares with; absent: as before. */
	inputs?: object;
}

/** Looks where the experiment stands. What is gone, or belongs to somebody else by now, leaves the state. */
export async function readExperiment(context: Context, id: string, state: ExperimentState): Promise<ReadResult> {
	const cluster = connect(context, state.cluster);
	try {
		const experiment = await cluster.get(placeOf(state));
		if (experiment && isOurs(experiment, state)) return await seen(context, cluster, id, state, experiment);
		context.say(`${title(state)} ${gone(state, cluster, experiment)}`);
		return { id: "", props: {} };
	} catch (error) {
		throw explain(error, cluster, { doing: `read ${title(state)}` });
	}
}

/** What became of an object that is not there any more, and what follows. */
function gone(state: ExperimentState, { where }: Cluster, other: Experiment | undefined): string {
	if (other?.metadata.uid === state.uid) {
		const owner = quote(other?.metadata.annotations?.[ownerAnnotation]);
		return `in the cluster ${where} belongs to the Pulumi resource ${owner} by now; "pulumi up" refuses to touch it`;
	}
	const notThere = `is not in the cluster ${where} any more: somebody deleted it`;
	if (other) {
		const theirs = `kubectl -n ${state.namespace} delete ${placeOf(state).plural} ${state.name}`;
		return `${notThere} and made another one of its name; "pulumi up" refuses to touch that until it is gone (${theirs})`;
	}
	const then = isOneShot(state)
		? '; "pulumi up" does it once more'
		: ', and with it the fault was recovered; "pulumi up" injects it again';
	return `${notThere}${then}`;
}

async function seen(
	context: Context,
	cluster: Cluster,
	id: string,
	state: ExperimentState,
	experiment: Experiment,
): Promise<ReadResult> {
	const { uid, targets, message, verdict, probes, phase: before, ...inputs } = state;
	const wish = desiredPhase(state.paused);
	const declared = { ...inputs, phase: wish };
	const now = await withReplacements(cluster, experiment, observe(experiment, declared));
	const drifted = now.phase !== wish && now.phase !== "Finished";
	if (drifted && now.phase !== before) {
		const said = now.message === "" ? "" : `: ${now.message}`;
		const then = whatFollows(experiment, declared, now.phase);
		context.say(`${title(state)} is not "${wish}" but "${now.phase}"${said}; ${then}`);
	}
	return { id, props: { ...inputs, ...now }, inputs: { ...inputs, phase: drifted ? now.phase : wish } };
}

/** With the pods that have come in the place of targets that are gone, and have no fault. */
async function withReplacements(
	{ surroundings }: Cluster,
	experiment: Experiment,
	now: Observation,
): Promise<Observation> {
	if (now.phase !== "Target gone") return now;
	const since = await comeSince(surroundings, experiment);
	if (since.length === 0) return now;
	const are = since.length === 1 ? "has come since and is not hit" : "have come since and are not hit";
	return { ...now, message: `${now.message}; ${fewOf(since)} ${are}` };
}
