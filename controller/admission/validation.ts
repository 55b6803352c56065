import { isDeepStrictEqual } from "node:util";
import { check } from "../../api/check.ts";
import { isObject } from "../../api/json.ts";
import { type FaultKind, type Kind, traitsOf } from "../../api/kind.ts";
import { errorText } from "../../api/log.ts";
import { followAnnotation } from "../../api/names.ts";
import { describeProblems, type Problem, quote } from "../../api/problem.ts";
import { annotationPath } from "../../guard-rails/annotation-path.ts";
import { ApiError, type ApiServer } from "../api-server.ts";
import { resourcesOf } from "../probes/resources.ts";
import { authorized, wantedOf } from "./authorization.ts";
import { probeRights } from "./probe-rights.ts";
import { type RailsOptions, withinRails } from "./rails.ts";
import { rightsFor } from "./reach.ts";
import type { AdmissionRequest, Verdict } from "./review.ts";

/** What validation goes by. */
export interface ValidationOptions extends RailsOptions {
	server: Pick<ApiServer, "get" | "post">;
	/** Those that may stand in the spec of another. */
	kinds: readonly Kind[];
}

/**
 * Admits an object whose spec is right, that is within the guard rails, and whose user has the rights that it asks for. A spec that stays
 * as it is passes in any case: what keeps an experiment's records, pauses it or lets it go must not depend on what this version, or
 * guard rails that are younger, make of it.
 */
export async function validated(kind: Kind, request: AdmissionRequest, options: ValidationOptions): Promise<Verdict> {
	const { object, oldObject, namespace, userInfo } = request;
	if (oldObject && isDeepStrictEqual(object.spec, oldObject.spec)) return { allowed: true };
	const problems = check(kind, object.spec);
	if (problems.length > 0 || !isObject(object.spec)) {
		const message = describeProblems(problems.map((problem) => inObject(problem, kind)));
		return { allowed: false, code: 422, reason: "Invalid", message };
	}
	const follow = followProblem(kind, object.spec, object.metadata?.annotations);
	if (follow) return { allowed: false, code: 422, reason: "Invalid", message: describeProblems([follow]) };
	const within = withinRails(kind, object.spec, request, options);
	if (!within.allowed) return within;
	const { server, kinds } = options;
	const wanted = rightsFor(kind, object.spec, namespace, kinds).map(wantedOf);
	try {
		const asked = await probeRights(kind, object.spec, namespace, resourcesOf(server));
		return await authorized(server, userInfo, [...wanted, ...asked]);
	} catch (error) {
		// What the API server has said of it is no fault of the object's.
		const refused = error instanceof Error && error.cause instanceof ApiError;
		const [code, reason] = refused ? [500, "InternalError"] : [422, "Invalid"];
		return { allowed: false, code, reason, message: errorText(error) };
	}
}

/** What is done once is done to those that are there; a later annotation of such an experiment means nothing. */
function followProblem(
	kind: Kind,
	spec: Readonly<Record<string, unknown>>,
	annotations: Record<string, string> = {},
): Problem | undefined {
	const value = annotations[followAnnotation];
	const path = annotationPath(followAnnotation);
	if (value === undefined || value === "false") return undefined;
	if (value !== "true") return { path, message: `${quote(value)} is not "true" or "false"` };
	if (!("traits" in kind) || !traitsOf(kind as FaultKind, spec).oneShot) return undefined;
	return { path, message: '"true" does not go with what is done once and can\'t be undone; leave it out' };
}

/** A problem with its path from the object's root; that of a kind which nothing runs is about the kind itself. */
function inObject({ path, message }: Problem, { pending }: Kind): Problem {
	if (pending && path === "kind") return { path, message };
	return { path: path === "" ? "spec" : `spec.${path}`, message };
}
