import { checkField } from "../../api/check.ts";
import { isObject } from "../../api/json.ts";
import type { FaultKind, Kind } from "../../api/kind.ts";
import { ownerTeamAnnotation, reasonAnnotation } from "../../api/names.ts";
import { type Problem, quote } from "../../api/problem.ts";
import { annotationPath } from "../../guard-rails/annotation-path.ts";
import { judge, judgeTargets, type Rails } from "../../guard-rails/judge.ts";
import { unknownFaults } from "../../guard-rails/known-faults.ts";
import { guardRailsKind } from "../../guard-rails/object.ts";
import { type GuardRailsSpec, guardRailsSpec } from "../../guard-rails/spec.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { kinds } from "../kinds.ts";
import type { BlastRadius } from "./blast-radius.ts";
import { isUnknown } from "./engine-protocol.ts";
import { LifecycleError } from "./failure.ts";
import type { ExperimentInputs } from "./state.ts";

/** Where a stack's own guard rails are, and the name of its environment. */
const railsKey = "pulumi-chaos:guardRails";
const environmentKey = "pulumi-chaos:environment";

/** What is wrong with the stack's own guard rails, and with the name of its environment. */
export function checkRails({ guardRails, environment }: ExperimentInputs): Problem[] {
	const wrong = guardRails === undefined ? [] : checkField(guardRailsSpec, guardRails, railsKey);
	const misspelt =
		wrong.length > 0 ? [] : unknownFaults(Object.values(kinds), (guardRails ?? {}) as GuardRailsSpec, railsKey);
	return [
		...wrong,
		...misspelt,
		...(environment === undefined ? [] : checkField(guardRailsSpec.fields.environment, environment, environmentKey)),
	];
}

/** What the stack's own guard rails say of an experiment whose inputs are right. The cluster has its own, and asks them. */
export function checkWithin(kind: Kind, inputs: ExperimentInputs): Problem[] {
	const { guardRails } = inputs;
	if (guardRails === undefined) return [];
	return heldAgainst(ofStack(guardRails), kind, inputs);
}

/** What the stack's own guard rails say of the pods that an experiment would hit. */
export function targetsBeyondRails(
	{ targets, workloads }: Pick<BlastRadius, "targets" | "workloads">,
	{ guardRails }: ExperimentInputs,
): Problem[] {
	if (guardRails === undefined) return [];
	const sentences = judgeTargets([ofStack(guardRails)], { pods: targets.length, workloads });
	return sentences.map((message) => ({ path: "selector", message }));
}

function ofStack(spec: unknown): Rails {
	return { title: "this stack's configuration", spec };
}

/** What of an experiment in a program guard rails go by. */
export interface Held {
	namespace: string;
	spec: Record<string, unknown>;
	ownerTeam?: string | undefined;
	reason?: string | undefined;
}

/** What guard rails say of an experiment in a program whose inputs are right; the paths are those of its arguments. */
export function heldAgainst(rails: Rails, kind: Kind, { namespace, spec, ownerTeam, reason }: Held): Problem[] {
	if (!isFault(kind) || !isObject(spec)) return [];
	const annotations = { [ownerTeamAnnotation]: ownerTeam, [reasonAnnotation]: reason };
	const asked = { kind, namespace, spec, annotations, begins: Date.now(), isUnknown };
	return judge([rails], asked).map(({ path, message }) => ({ path: asArgument(path), message }));
}

function isFault(kind: Kind): kind is FaultKind {
	return "traits" in kind;
}

/** The argument that becomes what stands at a path of the object. */
function asArgument(path: string): string {
	switch (path) {
		case annotationPath(ownerTeamAnnotation):
			return "ownerTeam";
		case annotationPath(reasonAnnotation):
			return "reason";
		case "spec":
			return railsKey;
		default:
			return path.replace(/^spec\./, "");
	}
}

/**
 * Looks whether the cluster is the environment that the stack says it is for, before anything is written there. Throws a
 * LifecycleError that has both names, or what `guardRails` of the cluster throws.
 *
 * @param environment - what the stack says
 */
export async function requireEnvironment(cluster: Cluster, environment: string): Promise<void> {
	const all = await cluster.guardRails();
	const named = all.filter(({ spec }) => spec?.environment !== undefined);
	const stack = `this stack is for the environment ${quote(environment)} (${environmentKey})`;
	if (named.length === 0) {
		throw new LifecycleError(
			`${stack}, and the cluster ${cluster.where} does not say which one it is; have its ${guardRailsKind} say ` +
				`environment: ${quote(environment)}, if that is so`,
		);
	}
	const other = named.find(({ spec }) => spec?.environment !== environment);
	if (!other) return;
	throw new LifecycleError(
		`${stack}, and the cluster ${cluster.where} is ${quote(other.spec?.environment)} (${guardRailsKind} ` +
			`${quote(other.metadata.name)}); nothing was created. Point the stack to its own cluster (pulumi-chaos:kubeconfig, ` +
			"pulumi-chaos:context), or correct the name",
	);
}
