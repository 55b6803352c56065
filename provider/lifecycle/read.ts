import { ownerAnnotation } from "../../api/names.ts";
import { type Context, connect, placeOf, title } from "./context.ts";
import { explain } from "./failure.ts";
import { observe } from "./observe.ts";
import { isOneShot } from "./one-shot.ts";
import { desiredPhase, type ExperimentPhase, type ExperimentState, type Observation } from "./state.ts";

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
		const ours =
			experiment?.metadata.uid === state.uid || experiment?.metadata.annotations?.[ownerAnnotation] === state.owner;
		if (experiment && ours) return seen(context, id, state, observe(experiment));
		const then = isOneShot(state)
			? '; "pulumi up" does it once more'
			: ', and with it the fault was recovered; "pulumi up" injects it again';
		context.say(`${title(state)} is not in the cluster ${cluster.where} any more: somebody deleted it${then}`);
		return { id: "", props: {} };
	} catch (error) {
		throw explain(error, cluster, { doing: `read ${title(state)}` });
	}
}

const whatFollows: Partial<Record<ExperimentPhase, string>> = {
	Stopped: "it is injected again when that is over",
	Aborted: "it stays out until one of its triggers, or its spec, changes",
	"Not started": '"pulumi up" makes it anew',
};

function seen(context: Context, id: string, state: ExperimentState, now: Observation): ReadResult {
	const { uid, targets, message, verdict, probes, phase: before, ...inputs } = state;
	const wish = desiredPhase(state.paused);
	const drifted = now.phase !== wish && now.phase !== "Finished";
	if (drifted && now.phase !== before) {
		const said = now.message === "" ? "" : `: ${now.message}`;
		const then = whatFollows[now.phase] ?? '"pulumi up" puts it back';
		context.say(`${title(state)} is not "${wish}" but "${now.phase}"${said}; ${then}`);
	}
	return { id, props: { ...inputs, ...now }, inputs: { ...inputs, phase: drifted ? now.phase : wish } };
}
