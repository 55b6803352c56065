import { formatDuration, parseDuration } from "../../../api/duration.ts";
import { type OwnProbe, type OwnProbeStatus, ownProbe, standingOf } from "../../../api/own-probe.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { type Context, connect, idOf, limits, title } from "../context.ts";
import { explain, LifecycleError, PartialFailure } from "../failure.ts";
import type { Owner } from "../owned-objects.ts";
import { noController } from "../progress.ts";
import { Interrupted, type Limits, until } from "../until.ts";
import { ensureProbe } from "./ensure.ts";
import { attempt, takeBackProbe } from "./remove.ts";
import { observeProbe, type ProbeInputs, type ProbeState, placeOfProbe } from "./state.ts";

/** Makes the Probe and waits until it passes. Interrupted, it takes back what it made. */
export function createProbe(context: Context, inputs: ProbeInputs): Promise<{ id: string; outs: ProbeState }> {
	return context.interrupts.during(async (signal) => {
		const cluster = connect(context, inputs.cluster);
		try {
			return { id: idOf(inputs), outs: await apply(context, cluster, inputs, signal) };
		} catch (error) {
			if (!(error instanceof Interrupted)) throw error;
			await takeBackProbe(cluster, inputs);
			throw new LifecycleError(`interrupted: ${title(inputs)} was taken back`);
		}
	});
}

/** Has the Probe ask what the program says, and waits until it passes. */
export function updateProbe(context: Context, state: ProbeState, inputs: ProbeInputs): Promise<{ outs: ProbeState }> {
	return context.interrupts.during(async (signal) => {
		const cluster = connect(context, inputs.cluster);
		return { outs: await apply(context, cluster, inputs, signal, state) };
	});
}

async function apply(
	context: Context,
	cluster: Cluster,
	inputs: ProbeInputs,
	signal: AbortSignal,
	known?: Owner,
): Promise<ProbeState> {
	const bounds = limits(context, inputs.waitTimeout, signal);
	let seen: OwnProbe | undefined;
	try {
		seen = await ensureProbe(cluster, inputs, bounds, known);
		const passing = await untilPassing(cluster, inputs, seen, bounds, (now) => {
			seen = now;
		});
		return { ...inputs, ...observeProbe(passing) };
	} catch (thrown) {
		if (thrown instanceof Interrupted) throw thrown;
		const error = explain(thrown, cluster, attempt(`apply ${title(inputs)}`, inputs));
		if (seen === undefined) throw error;
		// It exists from here on, so it has to be in the state: `destroy` and the next `up` must find it.
		const { outcome: _, ...wanted } = inputs;
		throw new PartialFailure(error.message, idOf(inputs), { ...wanted, ...observeProbe(seen) });
	}
}

/**
 * Waits until a Probe passes. Throws a LifecycleError in its words when it does not.
 *
 * @param see - told how it stands whenever that is heard of
 */
async function untilPassing(
	cluster: Cluster,
	inputs: ProbeInputs,
	made: OwnProbe,
	bounds: Limits,
	see: (probe: OwnProbe) => void,
): Promise<OwnProbe> {
	let standing: OwnProbeStatus | undefined;
	const patienceMs = bounds.noAnswerMs + lookMs(inputs);
	const end = await until(cluster.probes, placeOfProbe(inputs), bounds, (objects, waitedMs) => {
		const now = objects.find(({ metadata }) => metadata.uid === made.metadata.uid);
		if (!now) return { failed: "somebody deleted it in the meantime" };
		see(now);
		standing = standingOf(now);
		if (!standing) return waitedMs < patienceMs ? undefined : { failed: noController(patienceMs) };
		if (standing.outcome === "Passing") return { done: now };
		return standing.outcome === undefined ? undefined : { failed: inWords(standing) };
	});
	if (end && "done" in end) return end.done;
	const reason = end?.failed ?? `${undecided(standing)} after ${formatDuration(bounds.timeoutMs)}`;
	throw new LifecycleError(
		`${title(inputs)} does not pass: ${reason}. It stays in the state; "pulumi up" looks again, "pulumi destroy" removes it`,
	);
}

/** A controller that is there has written something once the first look is over. */
function lookMs({ spec }: ProbeInputs): number {
	return parseDuration(String(spec["timeout"] ?? ownProbe.spec.fields.timeout.default)) ?? 0;
}

function inWords({ outcome, failedInRow, message = "it gave no reason" }: OwnProbeStatus): string {
	const times = failedInRow === 1 ? "" : ` ${failedInRow} times in a row`;
	return `it ${outcome === "Failing" ? "has failed" : "could not be asked"}${times}: ${message}`;
}

function undecided(standing: OwnProbeStatus | undefined): string {
	const last = standing?.samples.at(-1);
	return last ? `its last look was not the last that may fail (${last.message ?? last.outcome})` : "nobody has looked";
}
