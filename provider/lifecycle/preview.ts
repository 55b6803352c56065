import { type Problem, quote } from "../../api/problem.ts";
import { fewOf } from "../../api/wording.ts";
import { percent } from "../../selection/share.ts";
import { ApiError, type Cluster } from "../cluster/cluster.ts";
import { type BlastRadius, blastRadius, chooseTargets, type Nobody, workloadsHit } from "./blast-radius.ts";
import { blastRadiusWords, part } from "./blast-radius-words.ts";
import { type Context, connect, title } from "./context.ts";
import { holdsUnknown, unknownValue } from "./engine-protocol.ts";
import { LifecycleError } from "./failure.ts";
import { targetsBeyondRails } from "./rails.ts";
import { immutable } from "./replacing.ts";
import type { ExperimentInputs } from "./state.ts";

/** What looking ahead came to: what is wrong with whom it hits, and who that is. */
export interface Preview {
	problems: Problem[];
	/** Absent: not known. */
	previewed?: string[] | undefined;
}

/** What decides whom an experiment hits. */
const deciding = [...immutable, "cluster"] as const;

const unknown = "would hit pods that are not known yet";

/** Looks whom an experiment will hit that is to be made, or to choose its targets, and says it in a line. */
export async function preview(context: Context, inputs: ExperimentInputs): Promise<Preview> {
	const say = (sentence: string): void => context.say(`${title(inputs)} ${sentence}`);
	const notYet = deciding.filter((name) => holdsUnknown(inputs[name]));
	if (notYet.length > 0) {
		const what = notYet.includes("namespace") ? inputs.name : `${inputs.namespace}/${inputs.name}`;
		const depend = notYet.length > 1 ? "depend" : "depends";
		context.say(
			`${inputs.kind} ${quote(what)} ${unknown}: its ${notYet.join(" and ")} ${depend} on what is not there yet`,
		);
		return { problems: [], previewed: unknownValue as unknown as string[] };
	}
	const { surroundings, where } = connect(context, inputs.cluster);
	try {
		const chosen = await chooseTargets(surroundings, inputs);
		if ("reason" in chosen) return nobody(chosen, say);
		const radius = await blastRadius(surroundings, chosen, inputs);
		const later = inputs.follow === true ? "; pods that match later are hit too" : "";
		say(`${blastRadiusWords(radius)}${later}`);
		return {
			problems: [...overLimit(radius, inputs), ...targetsBeyondRails(radius, inputs)],
			previewed: radius.targets,
		};
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		say(`${unknown}: the cluster ${where} does not say (${error.message})`);
		return { problems: [] };
	}
}

/** A namespace may be made before the experiment is; that there is nobody in one that is there is a mistake. */
function nobody({ reason, message, side }: Nobody, say: (sentence: string) => void): Preview {
	const rest = message.slice(`${side.path}.selector`.length).replace(/^: /, "");
	if (reason === "UnknownNamespace") {
		say(`${unknown}: ${rest}`);
		return { problems: [] };
	}
	return { problems: [{ path: `${side.path}.selector`.replace("spec.", ""), message: rest.trim() }] };
}

function overLimit(
	{ targets, workloads }: Pick<BlastRadius, "targets" | "workloads">,
	{ limit = {} }: ExperimentInputs,
): Problem[] {
	const problems: Problem[] = [];
	if (limit.targets !== undefined && targets.length > limit.targets) {
		const message = `${limit.targets} is less than the ${targets.length} pods that would be hit (${fewOf(targets)}); select fewer, or allow more`;
		problems.push({ path: "limit.targets", message });
	}
	const over = workloads.filter((each) => limit.percent !== undefined && percent(each) > limit.percent);
	if (over.length > 0) {
		const message = `${limit.percent} is less than what would be hit of ${fewOf(over.map(part))}; select fewer, or allow more`;
		problems.push({ path: "limit.percent", message });
	}
	return problems;
}

/**
 * The pods that alone may be hit (`namespace/name`); undefined: nobody was promised, or whoever comes later may be hit as well.
 * Refuses to hit somebody who was not there at the preview, or more than the limit. Asked right before the object is made, which
 * can be long after the preview (`--plan`); the controller, which chooses, holds itself to the answer. Rejects with
 * LifecycleError, or ApiError.
 */
export async function allowedTargets(
	{ surroundings }: Cluster,
	inputs: ExperimentInputs,
): Promise<readonly string[] | undefined> {
	const { previewed, limit, follow } = inputs;
	if (previewed === undefined && limit === undefined) return undefined;
	const chosen = await chooseTargets(surroundings, inputs);
	// Nobody is there any more: the controller says so.
	if ("reason" in chosen) return follow === true ? undefined : previewed;
	const targets = [...chosen.targets.keys()].sort();
	const workloads = limit?.percent === undefined ? [] : await workloadsHit(surroundings, chosen);
	refuse(overLimit({ targets, workloads }, inputs), inputs);
	const strangers = previewed && targets.filter((target) => !previewed.includes(target));
	if (!strangers?.length) return follow === true ? undefined : (previewed ?? targets);
	throw new LifecycleError(
		`${title(inputs)} was not made: it would hit ${fewOf(strangers.map(quote), 5)}, who was not among those previewed (${fewOf(previewed ?? [], 5)}); ` +
			'see with "pulumi preview" who it is now',
	);
}

/** As {@link allowedTargets}, where no preview has said who would be hit: then it is said now. */
export async function allowedAfterLooking(
	context: Context,
	cluster: Cluster,
	inputs: ExperimentInputs,
): Promise<readonly string[] | undefined> {
	if (inputs.previewed !== undefined) return await allowedTargets(cluster, inputs);
	const { problems, previewed } = await preview(context, inputs);
	refuse(problems, inputs);
	return await allowedTargets(cluster, { ...inputs, ...(previewed && { previewed }) });
}

function refuse([first]: Problem[], inputs: ExperimentInputs): void {
	if (first) throw new LifecycleError(`${title(inputs)} was not made: ${first.path}: ${first.message}`);
}
