import { jsonSchema } from "../../api/json-schema.ts";
import { describeProblems, type Problem, quote } from "../../api/problem.ts";
import { type GuardRailsSpec, guardRailsSpec } from "../../guard-rails/spec.ts";
import { heldAgainst } from "../lifecycle/rails.ts";
import type { PolicyExperiment } from "./experiment.ts";

const title = "the policy pack's configuration";
const { windows: _, ...fields } = guardRailsSpec.fields;

/**
 * JSON Schema of the guard rails that a policy goes by, by field: all but `windows`. A policy is asked about every resource at every
 * `up`, also about those that stay as they are: an experiment that was made in time would stop all that come after its window.
 */
export const policyRails = jsonSchema({ ...guardRailsSpec, fields }, { cel: false })["properties"] as Record<
	string,
	object
>;

/** What an experiment has that is more than guard rails allow, a sentence each. */
export function beyondRails(spec: Omit<GuardRailsSpec, "windows">, experiment: PolicyExperiment): string[] {
	const problems = [
		...heldAgainst({ title, spec }, experiment.kind, experiment),
		...otherEnvironment(spec.environment, experiment.environment),
	];
	return problems.map((problem) => describeProblems([problem]));
}

function otherEnvironment(wanted: string | undefined, said: string | undefined): Problem[] {
	if (wanted === undefined || wanted === said) return [];
	const what = said === undefined ? "missing" : `${quote(said)} is another environment`;
	return [{ path: "pulumi-chaos:environment", message: `${what}; use ${quote(wanted)} (environment of ${title})` }];
}
