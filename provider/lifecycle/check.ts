import { check } from "../../api/check.ts";
import { positiveDuration } from "../../api/duration.ts";
import { namespaceName, objectName } from "../../api/names.ts";
import { type Problem, quote } from "../../api/problem.ts";
import { ApiError } from "../cluster/cluster.ts";
import type { ClusterReference } from "../cluster/reference.ts";
import { type Context, connect, kindOf, placeOf } from "./context.ts";
import { isUpdated } from "./diff.ts";
import { holdsUnknown, isUnknown, unknownValue } from "./engine-protocol.ts";
import { fateOf } from "./ensure.ts";
import { isOneShot } from "./one-shot.ts";
import { type Preview, preview } from "./preview.ts";
import { checkRails, checkWithin } from "./rails.ts";
import { replacing } from "./replacing.ts";
import { defaultNamespace, defaultTimeout, desiredPhase, type ExperimentInputs } from "./state.ts";

/** Answer to the engine's `check`. */
export interface CheckResult<Inputs> {
	inputs: Inputs;
	failures: { property: string; reason: string }[];
}

/** Inputs as the program sent them: nothing is sure. */
export type Unchecked<Inputs> = { [Name in keyof Inputs]?: unknown };

/**
 * Checks an experiment, fills in our own defaults, and looks whom it will hit. The name of an object stays, whatever became of the
 * logical name. The stack's guard rails stay out of its state: they are of this moment.
 */
export async function checkExperiment(
	context: Context,
	olds: Unchecked<ExperimentInputs> | undefined,
	news: Unchecked<ExperimentInputs>,
): Promise<CheckResult<ExperimentInputs>> {
	const { timeout = defaultTimeout, namespace = defaultNamespace, name } = news;
	const wish = isUnknown(news.paused) ? unknownValue : desiredPhase(news.paused === true);
	// What a probe has ended is to stay so: once refresh has said it, that is what is wanted. A replacement is checked without olds.
	const phase = olds?.phase === "Aborted" ? olds.phase : wish;
	const inputs = { ...news, timeout, namespace, name: olds?.name ?? name, phase } as ExperimentInputs;
	const kind = kindOf(inputs);
	const { guardRails, ...kept } = inputs;
	const wrong = [
		...check(kind, inputs.spec, isUnknown),
		...checkNamespace(inputs.namespace),
		...checkOnOff("paused", inputs),
		...checkOnOff("follow", inputs),
		...checkTriggers(inputs.triggers),
		...checkLimit(inputs.limit),
		...checkAdopt(inputs),
		...checkText("ownerTeam", inputs.ownerTeam),
		...checkText("reason", inputs.reason),
		...checkTimeout("timeout", inputs.timeout),
		...checkCluster(context, inputs.cluster),
		...checkRails(inputs),
	];
	if (wrong.length > 0) return { inputs: kept, failures: failures(wrong) };
	const { problems, previewed } = await lookAhead(context, olds, inputs);
	return { inputs: { ...kept, ...(previewed && { previewed }) }, failures: failures(problems) };
}

/**
 * Whether the stack's guard rails allow it, and whom it will hit. Of what is there already both were decided: an `up` after a
 * window has closed must not fail. Whom it was to hit is no promise any more then, and left out: what `up` nevertheless has to make
 * anew must not be held to those who were there long ago.
 */
async function lookAhead(
	context: Context,
	olds: Unchecked<ExperimentInputs> | undefined,
	inputs: ExperimentInputs,
): Promise<Preview> {
	const isNew = isMade(context, olds, inputs);
	if (!isNew && !(await isMadeAnew(context, olds, inputs))) return { problems: [] };
	const within = checkWithin(kindOf(inputs), inputs);
	// Whom one hits that is taken over, others have decided.
	if (isNew && inputs.adopt === true) return { problems: within };
	const { problems, previewed } = await preview(context, inputs);
	return { problems: [...within, ...problems], previewed };
}

/** Whether an experiment is made, also in the place of one. Nobody knows where a cluster is that is not known yet. */
function isMade(context: Context, olds: Unchecked<ExperimentInputs> | undefined, inputs: ExperimentInputs): boolean {
	if (olds?.spec === undefined) return true;
	return holdsUnknown(inputs.cluster) || replacing(context, olds as ExperimentInputs, inputs).length > 0;
}

/**
 * Whether an update of an experiment comes to making it anew, or to choosing its targets. Only the cluster tells, and it is asked
 * only when there will be an update for all that is known here; what it does not say `up` looks up by itself.
 */
async function isMadeAnew(
	context: Context,
	olds: Unchecked<ExperimentInputs> = {},
	inputs: ExperimentInputs,
): Promise<boolean> {
	if (olds.phase === inputs.phase && !isUpdated(olds, inputs)) return false;
	try {
		const present = await connect(context, inputs.cluster).get(placeOf(inputs));
		return present === undefined || fateOf(present, inputs, present.metadata.uid) !== "stays";
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		return false;
	}
}

/** Checks what Scope and Drain have. */
export function checkReference<Inputs extends { cluster: ClusterReference; timeout: string }>(
	context: Context,
	news: Unchecked<Inputs>,
): CheckResult<Inputs> {
	const inputs = { timeout: defaultTimeout, ...news } as unknown as Inputs;
	return {
		inputs,
		failures: failures([...checkTimeout("timeout", inputs.timeout), ...checkCluster(context, inputs.cluster)]),
	};
}

/** The path goes into the reason as well: what the engine makes of `property` differs between its versions. */
export function failures(problems: Problem[]): { property: string; reason: string }[] {
	return problems.map(({ path, message }) => ({ property: path, reason: `${path}: ${message}` }));
}

/** What is wrong with the namespace of an object. */
export function checkNamespace(value: unknown): Problem[] {
	if (isUnknown(value) || (typeof value === "string" && namespaceName.accepts(value))) return [];
	return [{ path: "namespace", message: `${quote(value)} is not ${namespaceName.name}; ${namespaceName.hint}` }];
}

function checkSwitch(path: string, value: unknown): Problem[] {
	if (value === undefined || typeof value === "boolean" || isUnknown(value)) return [];
	return [{ path, message: `${quote(value)} is not true or false` }];
}

function checkText(path: string, value: unknown): Problem[] {
	if (value === undefined || typeof value === "string") return [];
	return [{ path, message: `${quote(value)} is not a text` }];
}

/** Switches of what lasts. */
function checkOnOff(path: "paused" | "follow", { kind, spec, [path]: value }: ExperimentInputs): Problem[] {
	if (value !== true || !isOneShot({ kind, spec })) return checkSwitch(path, value);
	return [{ path, message: `true does not go with what is done once and can't be undone; leave ${path} out` }];
}

/** What is wrong with triggers. */
export function checkTriggers(value: unknown): Problem[] {
	if (value === undefined || isUnknown(value) || Array.isArray(value)) return [];
	return [{ path: "triggers", message: `${quote(value)} is not a list` }];
}

const limits: Readonly<Record<string, readonly [number, string]>> = {
	targets: [Number.MAX_SAFE_INTEGER, "a whole number from 1"],
	percent: [100, "a whole number from 1 to 100"],
};

function checkLimit(value: unknown): Problem[] {
	if (value === undefined || isUnknown(value)) return [];
	if (typeof value !== "object" || value === null || Array.isArray(value)) {
		return [{ path: "limit", message: `${quote(value)} is not an object; write for example { targets: 5 }` }];
	}
	return Object.entries(value).flatMap(([name, number]): Problem[] => {
		const path = `limit.${name}`;
		const known = limits[name];
		if (!known) return [{ path, message: "is not a known field; the fields here are targets, percent" }];
		if (isUnknown(number) || (Number.isInteger(number) && number >= 1 && number <= known[0])) return [];
		return [{ path, message: `${quote(number)} is not ${known[1]}` }];
	});
}

/** What is taken over has the resource's own name, so that must be one. */
function checkAdopt({ adopt, name }: Unchecked<ExperimentInputs>): Problem[] {
	if (adopt !== true || isUnknown(name) || objectName.accepts(String(name))) return checkSwitch("adopt", adopt);
	const message = `there can't be an experiment ${quote(name)}: that is not ${objectName.name}; ${objectName.hint}`;
	return [{ path: "adopt", message }];
}

/** What is wrong with the longest wait of a resource, an argument of this name. */
export function checkTimeout(path: string, value: unknown): Problem[] {
	if (isUnknown(value) || (typeof value === "string" && positiveDuration.accepts(value))) return [];
	return [{ path, message: `${quote(value)} is not ${positiveDuration.name}; ${positiveDuration.hint}` }];
}

/** What is wrong with a reference to a cluster. */
export function checkCluster(context: Context, value: unknown): Problem[] {
	if (isUnknown(value)) return [];
	if (value !== undefined && (typeof value !== "object" || value === null || Array.isArray(value))) {
		return [{ path: "cluster", message: `${quote(value)} is not an object; write for example { context: "staging" }` }];
	}
	const entries = Object.entries(value ?? {});
	const known = ["kubeconfig", "kubeconfigEnv", "context"];
	const wrong = entries.flatMap(([name, part]): Problem[] => {
		const path = `cluster.${name}`;
		if (!known.includes(name))
			return [{ path, message: `is not a known field; the fields here are ${known.join(", ")}` }];
		return typeof part === "string" ? [] : [{ path, message: `${quote(part)} is not a text` }];
	});
	if (wrong.length > 0) return wrong;
	if (entries.some(([, part]) => isUnknown(part))) return [];
	const found = context.find((value ?? {}) as ClusterReference);
	return "message" in found ? [found] : [];
}
