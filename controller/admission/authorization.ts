import { limiter } from "../../api/limiter.ts";
import { errorText } from "../../api/log.ts";
import { group } from "../../api/names.ts";
import { quote } from "../../api/problem.ts";
import type { ApiServer } from "../api-server.ts";
import type { Right } from "./reach.ts";
import type { UserInfo, Verdict } from "./review.ts";

const reviewsPath = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
/** A selector may name 128 namespaces; more at once would only keep the API server from its other work. */
const reviewsAtOnce = 32;

interface AccessReview {
	status?: { allowed?: boolean; evaluationError?: string };
}

/** Asks the API server whether a user has all these rights. What it does not answer counts as refused. */
export async function authorized(
	server: Pick<ApiServer, "post">,
	user: UserInfo,
	rights: readonly Right[],
): Promise<Verdict> {
	const turn = limiter(reviewsAtOnce);
	try {
		const lacking = await Promise.all(rights.map((right) => turn(() => lacks(server, user, right))));
		const lines = lacking.filter((line) => line !== undefined);
		if (lines.length === 0) return { allowed: true };
		return { allowed: false, code: 403, reason: "Forbidden", message: lines.join("\n") };
	} catch (error) {
		const message = `the rights of user ${quote(user.username)} can't be reviewed: ${errorText(error)}; try again`;
		return { allowed: false, code: 500, reason: "InternalError", message };
	}
}

/** The sentence about a right that the user does not have. */
async function lacks(server: Pick<ApiServer, "post">, user: UserInfo, right: Right): Promise<string | undefined> {
	const { resource, namespace, path } = right;
	const { username, groups, uid, extra } = user;
	const resourceAttributes = { verb: "create", group, resource, namespace };
	const { status } = await server.post<AccessReview>(reviewsPath, {
		apiVersion: "authorization.k8s.io/v1",
		kind: "SubjectAccessReview",
		spec: { user: username, groups, uid, extra, resourceAttributes },
	});
	if (status?.allowed === true) return undefined;
	const why = status?.evaluationError ? ` (${status.evaluationError})` : "";
	return (
		`${path}: user ${quote(username)} may not create ${resource}.${group} in namespace ${quote(namespace)}, which this can ` +
		`hit${why}; grant the verb "create" on that resource there, or leave the namespace out`
	);
}
