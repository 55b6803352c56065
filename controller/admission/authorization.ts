import { limiter } from "../../api/limiter.ts";
import { errorText } from "../../api/log.ts";
import { group } from "../../api/names.ts";
import { quote } from "../../api/problem.ts";
import type { ApiServer } from "../api-server.ts";
import type { Right } from "./reach.ts";
import type { UserInfo, Verdict } from "./review.ts";

const reviewsPath = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
const ownReviewsPath = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
/** A selector may name 128 namespaces; more at once would only keep the API server from its other work. */
const reviewsAtOnce = 32;

/** What is done to what, as RBAC has it. */
export interface Access {
	verb: "create" | "get";
	group: string;
	resource: string;
	subresource?: string;
	/** Absent: of the whole cluster. */
	namespace?: string;
	name?: string;
}

/** An access that something in an object asks for. */
export interface Wanted {
	access: Access;
	/** What of the object asks for it, such as `spec.target.selector`. */
	path: string;
	/** What it would be used for, as a clause: `which this can hit`. */
	use: string;
	/** What to leave out where it is not to be had: `the namespace`. */
	without: string;
	/** The controller needs it as well; what gives it to it. */
	controllerBy?: string;
}

interface AccessReview {
	status?: { allowed?: boolean; evaluationError?: string };
}

/** What the right to create experiments somewhere is as an access. */
export function wantedOf({ resource, namespace, path }: Right): Wanted {
	const access: Access = { verb: "create", group, resource, namespace };
	return { access, path, use: "which this can hit", without: "the namespace" };
}

/**
 * Asks the API server whether a user has all these accesses, and the controller those that it needs as well. What it does not answer
 * counts as refused.
 */
export async function authorized(
	server: Pick<ApiServer, "post">,
	user: UserInfo,
	wanted: readonly Wanted[],
): Promise<Verdict> {
	const turn = limiter(reviewsAtOnce);
	try {
		const questions = wanted.flatMap((one) => [
			() => userLacks(server, user, one),
			...(one.controllerBy === undefined ? [] : [() => controllerLacks(server, one, one.controllerBy ?? "")]),
		]);
		const lacking = await Promise.all(questions.map((question) => turn(question)));
		const lines = lacking.filter((line) => line !== undefined);
		if (lines.length === 0) return { allowed: true };
		return { allowed: false, code: 403, reason: "Forbidden", message: lines.join("\n") };
	} catch (error) {
		const message = `the rights of user ${quote(user.username)} can't be reviewed: ${errorText(error)}; try again`;
		return { allowed: false, code: 500, reason: "InternalError", message };
	}
}

/** The sentence about what the user may not do. */
async function userLacks(
	server: Pick<ApiServer, "post">,
	user: UserInfo,
	{ access, path, use, without }: Wanted,
): Promise<string | undefined> {
	const { username, groups, uid, extra } = user;
	const { status } = await server.post<AccessReview>(reviewsPath, {
		apiVersion: "authorization.k8s.io/v1",
		kind: "SubjectAccessReview",
		spec: { user: username, groups, uid, extra, resourceAttributes: access },
	});
	if (status?.allowed === true) return undefined;
	const why = status?.evaluationError ? ` (${status.evaluationError})` : "";
	return (
		`${path}: user ${quote(username)} may not ${inWords(access)}, ${use}${why}; grant the verb "${access.verb}" on that ` +
		`resource there, or leave ${without} out`
	);
}

/** The sentence about what the controller may not do. */
async function controllerLacks(
	server: Pick<ApiServer, "post">,
	{ access, path, use, without }: Wanted,
	by: string,
): Promise<string | undefined> {
	const { status } = await server.post<AccessReview>(ownReviewsPath, {
		apiVersion: "authorization.k8s.io/v1",
		kind: "SelfSubjectAccessReview",
		spec: { resourceAttributes: access },
	});
	if (status?.allowed === true) return undefined;
	return `${path}: the controller may not ${inWords(access)}, ${use}; ${by}, or leave ${without} out`;
}

/** `create networkchaos.chaos-mesh.org in namespace "shop"`. */
function inWords({ verb, group: of, resource, subresource, namespace }: Access): string {
	const what = `${resource}${of === "" ? "" : `.${of}`}${subresource === undefined ? "" : `/${subresource}`}`;
	return `${verb} ${what}${namespace === undefined ? "" : ` in namespace ${quote(namespace)}`}`;
}
