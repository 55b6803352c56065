import { formatDuration } from "../../api/duration.ts";
import type { Experiment } from "../../api/experiment.ts";
import { reinjectAnnotation } from "../../api/names.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { adoptObject, giveBack } from "./adopt.ts";
import { type Context, connect, idOf, limits, placeOf, title } from "./context.ts";
import { ensureObject } from "./ensure.ts";
import { explain, LifecycleError, PartialFailure } from "./failure.ts";
import { condition, isNotPreviewed, observe, standing, targetRecords } from "./observe.ts";
import { permitAnew, permitOf } from "./permit.ts";
import { Progress, type Wish, why } from "./progress.ts";
import { requireEnvironment } from "./rails.ts";
import { takeBack } from "./remove.ts";
import type { ExperimentInputs, ExperimentState } from "./state.ts";
import { Interrupted, type Limits, until } from "./until.ts";

/**
 * Makes the experiment, or takes it over (`adopt`), and waits until every target is hit. Interrupted, it takes back what it made
 * and gives back what it took.
 */
export function createExperiment(
	context: Context,
	inputs: ExperimentInputs,
): Promise<{ id: string; outs: ExperimentState }> {
	return context.interrupts.during(async (signal) => {
		const cluster = connect(context, inputs.cluster);
		try {
			const outs = await apply(context, cluster, inputs, signal, {
				get: (bounds) => obtain(context, cluster, inputs, bounds),
			});
			return { id: idOf(inputs), outs };
		} catch (error) {
			if (!(error instanceof Interrupted)) throw error;
			if (inputs.adopt === true) {
				await giveBack(cluster, inputs);
				throw new LifecycleError(`interrupted: ${title(inputs)} was given back; it goes on as it was`);
			}
			await takeBack(cluster, inputs);
			throw new LifecycleError(
				`interrupted: ${title(inputs)} was taken back; the controller is recovering its targets`,
			);
		}
	});
}

async function obtain(
	context: Context,
	cluster: Cluster,
	inputs: ExperimentInputs,
	bounds: Limits,
): Promise<Experiment> {
	if (inputs.environment !== undefined) await requireEnvironment(cluster, inputs.environment);
	if (inputs.adopt === true) return adoptObject(cluster, inputs);
	return ensureObject(cluster, inputs, bounds, {
		permit: permitOf(cluster, inputs),
		// An owner does not name the organization: somebody else's stack may be called the same.
		takesUp: ({ metadata }) =>
			context.say(
				`${title(inputs)} is there already: this "pulumi up" takes up what an earlier one has left, made at ${metadata.creationTimestamp}`,
			),
	});
}

/** Puts the experiment back as it should be, whatever became of it: metadata, a lost fault, a deleted object. */
export function updateExperiment(
	context: Context,
	state: ExperimentState,
	inputs: ExperimentInputs,
): Promise<{ outs: ExperimentState }> {
	return context.interrupts.during(async (signal) => {
		const cluster = connect(context, inputs.cluster);
		const permit = permitAnew(context, cluster, inputs);
		const outs = await apply(context, cluster, inputs, signal, {
			before: state,
			get: (bounds) => ensureObject(cluster, inputs, bounds, { known: state, permit }),
		});
		return { outs };
	});
}

/** @param before - its state before; absent: it is made, or taken over */
async function apply(
	context: Context,
	cluster: Cluster,
	inputs: ExperimentInputs,
	signal: AbortSignal,
	{ get, before }: { get: (bounds: Limits) => Promise<Experiment>; before?: ExperimentState },
): Promise<ExperimentState> {
	const bounds = limits(context, inputs.timeout, signal);
	let experiment: Experiment | undefined;
	try {
		experiment = await get(bounds);
		if (signal.aborted) throw new Interrupted("interrupted");
		const wish = hasEnded(experiment, inputs, before) ? undefined : await ask(cluster, inputs, experiment);
		const reached = wish ? await wait(context, cluster, inputs, experiment, wish, bounds) : experiment;
		return { ...inputs, ...observe(reached, inputs) };
	} catch (thrown) {
		if (thrown instanceof Interrupted) throw thrown;
		const error = explain(thrown, cluster, { doing: `apply ${title(inputs)}`, namespace: inputs.namespace });
		if (experiment === undefined) throw error;
		if (error instanceof NotReached && isNotPreviewed(error.experiment)) {
			await takeBack(cluster, inputs);
			throw new LifecycleError(`${title(inputs)} was not made: ${condition(error.experiment, "Selected")?.message}`);
		}
		// It exists from here on, so it has to be in the state: `destroy` and the next `up` must find it.
		const seen = error instanceof NotReached ? error.experiment : experiment;
		throw new PartialFailure(error.message, idOf(inputs), { ...inputs, ...observe(seen, inputs) });
	}
}

/** Whether nothing more is to come of what was there before: its time is over, or a probe has ended it, and that was said. */
function hasEnded(experiment: Experiment, inputs: ExperimentInputs, before: ExperimentState | undefined): boolean {
	if (before?.uid !== experiment.metadata.uid) return false;
	const stands = standing(experiment);
	return stands === "Finished" || (stands === "Aborted" && [inputs.phase, before.phase].includes("Aborted"));
}

/** Asks for lost faults to be put back, when there are any. */
async function ask(cluster: Cluster, inputs: ExperimentInputs, experiment: Experiment): Promise<Wish> {
	if (inputs.paused === true) return { phase: "Paused" };
	if (standing(experiment) !== "Lost") return { phase: "Injected" };
	const reinject = new Date().toISOString();
	await cluster.patch(placeOf(inputs), { annotations: { [reinjectAnnotation]: reinject } });
	return { phase: "Injected", reinject };
}

async function wait(
	context: Context,
	cluster: Cluster,
	inputs: ExperimentInputs,
	experiment: Experiment,
	wish: Wish,
	bounds: Limits,
): Promise<Experiment> {
	const progress = new Progress(wish, context.patience);
	let seen = experiment;
	const verdict = await until(cluster, placeOf(inputs), bounds, (objects, waitedMs) => {
		const now = objects.find((object) => object.metadata.uid === experiment.metadata.uid);
		seen = now ?? seen;
		return progress.judge(now, waitedMs);
	});
	if (verdict && "done" in verdict) return verdict.done;
	const reason = verdict?.failed ?? late(seen, bounds.timeoutMs);
	const wanted = wish.phase === "Injected" ? "injected" : "recovered";
	const next = verdict?.next ?? goesOn;
	throw new NotReached(`${title(inputs)} is not ${wanted}: ${reason}. ${next}`, seen);
}

const goesOn =
	'It stays in the state, so that "pulumi destroy" recovers what is in place; when the cause is gone, "pulumi up" goes on';

function late(experiment: Experiment, timeoutMs: number): string {
	const all = targetRecords(experiment);
	const hit = all.filter((record) => record.phase === "Injected").length;
	return `${hit} of ${all.length} targets after ${formatDuration(timeoutMs)}: ${why(experiment)}`;
}

class NotReached extends LifecycleError {
	readonly experiment: Experiment;

	constructor(message: string, experiment: Experiment) {
		super(message);
		this.experiment = experiment;
	}
}
