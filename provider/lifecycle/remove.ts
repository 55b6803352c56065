import { formatDuration } from "../../api/duration.ts";
import type { Experiment } from "../../api/experiment.ts";
import { cleanFinalizerAnnotation, systemLabel } from "../../api/names.ts";
import { quote } from "../../api/problem.ts";
import type { Verdict } from "../../api/status.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type Context, connect, limits, placeOf, title } from "./context.ts";
import { explain, LifecycleError, letGo } from "./failure.ts";
import { describeTargets, holds, records } from "./observe.ts";
import { deleteOurs } from "./owned-objects.ts";
import { observeProbes } from "./probes.ts";
import type { ExperimentInputs, ExperimentState } from "./state.ts";
import { until } from "./until.ts";

/** Deletes the experiment and waits until its targets are recovered and it is gone. What is gone already is a success. */
export function deleteExperiment(context: Context, state: ExperimentState): Promise<void> {
	return context.interrupts.during(async (signal) => {
		const cluster = connect(context, state.cluster);
		const bounds = limits(context, state.timeout, signal);
		try {
			const uid = await deleteOurs(cluster, placeOf(state), state, (by) =>
				context.say(`${title(state)} is left as it is: it belongs to the Pulumi resource ${quote(by)} by now`),
			);
			if (uid === undefined) return;
			const patience = new RecoveryPatience(context.patience.unrecoverableMs);
			let last: Experiment | undefined;
			const left = await until(cluster, placeOf(state), bounds, (objects, waitedMs) => {
				const object = objects.find((one) => one.metadata.uid === uid);
				if (!object) return [];
				last = object;
				return patience.isOver(object, waitedMs) || waitedMs >= bounds.timeoutMs ? [object] : undefined;
			});
			if (left?.length !== 0) throw new LifecycleError(notRecovered(cluster, left ?? [], bounds.timeoutMs));
			const verdict = last?.status?.verdict;
			if (last && verdict !== undefined && verdict !== state.verdict) context.say(verdictInWords(last, verdict));
		} catch (error) {
			throw explain(error, cluster, {
				doing: `delete ${title(state)} (its fault may still be in place)`,
				namespace: state.namespace,
				ifGone: letGo,
			});
		}
	});
}

/** What an experiment has said about the system at its end, with the probes that it did not pass. */
function verdictInWords(experiment: Experiment, verdict: Verdict): string {
	const { probes = {} } = observeProbes(experiment);
	const words = Object.entries(probes).map(([name, where]) => `${name}: ${where}`);
	return `${title(named(experiment))}: the verdict is "${verdict}" (${words.join(", ")})`;
}

/** Deletes the object of an interrupted create without waiting for the recovery. */
export async function takeBack(cluster: Cluster, inputs: ExperimentInputs): Promise<void> {
	try {
		await deleteOurs(cluster, placeOf(inputs), inputs);
	} catch (error) {
		throw explain(error, cluster, {
			doing: `take back ${title(inputs)} (run "pulumi destroy" to recover it)`,
			namespace: inputs.namespace,
		});
	}
}

/** How long recoveries that keep failing are watched before the user is told. */
export class RecoveryPatience {
	private readonly limitMs: number;
	private readonly failingSince = new Map<string, number>();

	constructor(limitMs: number) {
		this.limitMs = limitMs;
	}

	isOver(experiment: Experiment, waitedMs: number): boolean {
		const { uid } = experiment.metadata;
		if (!holds(experiment, "Unrecoverable")) {
			this.failingSince.delete(uid);
			return false;
		}
		const since = this.failingSince.get(uid) ?? waitedMs;
		this.failingSince.set(uid, since);
		return waitedMs - since >= this.limitMs;
	}
}

/** Says what is left and what to do, in the order in which to try it. */
export function notRecovered(cluster: Cluster, left: readonly Experiment[], timeoutMs: number): string {
	const each = left.map((experiment) => {
		const targets = records(experiment).filter((record) => record.phase !== "Not Injected");
		const where =
			targets.length > 0 ? describeTargets(targets) : "no target is named; the controller has not let go of it";
		return `${title(named(experiment))}: ${where}`;
	});
	return (
		`not recovered in the cluster ${cluster.where} after ${formatDuration(timeoutMs)}, the fault may still be in place: ` +
		`${each.join("; ")}. ${left.every(isUnnoticed) ? withoutController(left[0]) : withController(left[0])}`
	);
}

/** Whether no controller has noticed yet that the object is to go. */
function isUnnoticed({ metadata, status }: Experiment): boolean {
	return metadata.deletionTimestamp !== undefined && status?.experiment?.desiredPhase !== "Stop";
}

function withController(first: Experiment | undefined): string {
	return (
		'See that the controller and the daemons on these nodes run, then run "pulumi destroy" again. Only when a node is gone for ' +
		`good, let go of it by force: ${kubectl(first, "annotate", `${cleanFinalizerAnnotation}=forced`)}`
	);
}

/** The annotation would be read by nobody. */
function withoutController(first: Experiment | undefined): string {
	return (
		`No controller has noticed the deletion: see that one runs ("kubectl get pods -A -l ${systemLabel}=controller"), then run ` +
		'"pulumi destroy" again. Only when there will be none any more, wait for the minute in which nodes that hear of none take their ' +
		"faults out by themselves (pods under pod-failure keep theirs until they are deleted), and let go of the objects: " +
		`${kubectl(first, "patch", `--type=merge -p '{"metadata":{"finalizers":null}}'`)}`
	);
}

function kubectl(experiment: Experiment | undefined, verb: string, rest: string): string {
	if (!experiment) return "";
	const { kind, metadata } = experiment;
	return `kubectl -n ${metadata.namespace} ${verb} ${kind.toLowerCase()} ${metadata.name} ${rest}`;
}

function named(experiment: Experiment): { kind: string; namespace: string; name: string } {
	return {
		kind: experiment.kind,
		namespace: experiment.metadata.namespace,
		name: experiment.metadata.name,
	};
}
