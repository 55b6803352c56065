import { isObject } from "../../api/json.ts";

/** `apiVersion` of the reviews, the only one that API servers of today speak. */
const apiVersion = "admission.k8s.io/v1";

/** Who asks, as the API server has authenticated them. */
export interface UserInfo {
	username: string;
	uid?: string;
	groups?: string[];
	extra?: Record<string, string[]>;
}

/** An object that is to be admitted; its spec is not checked yet. */
export interface Candidate {
	metadata?: { name?: string; generateName?: string; annotations?: Record<string, string> };
	spec?: unknown;
}

/** The `request` of an AdmissionReview, as far as we look at it. */
export interface AdmissionRequest {
	uid: string;
	/** Kind of the object, such as `NetworkChaos`. */
	kind: string;
	/** Namespace that the object is in. */
	namespace: string;
	userInfo: UserInfo;
	object: Candidate;
	/** The object as it is; absent when it is to be created. */
	oldObject?: Candidate;
}

/** What comes of a request. */
export type Verdict =
	| { allowed: true /** RFC 6902 */; patch?: readonly object[] }
	| { allowed: false; code: number; reason: string; message: string };

/** A body that is no review; the message says what is wrong with it. */
export class MalformedReview extends Error {
	override name = "MalformedReview";
}

/** Reads the body of a call. Throws a MalformedReview. */
export function readReview(body: unknown): AdmissionRequest {
	if (!isObject(body) || body["kind"] !== "AdmissionReview" || body["apiVersion"] !== apiVersion) {
		throw new MalformedReview(`the body is not an AdmissionReview of ${apiVersion}`);
	}
	const request = objectAt(body, "request", "request");
	const { uid, namespace = "", oldObject } = request;
	const kind = objectAt(request, "kind", "request.kind")["kind"];
	const userInfo = objectAt(request, "userInfo", "request.userInfo");
	for (const [path, text] of Object.entries({
		uid,
		namespace,
		"kind.kind": kind,
		"userInfo.username": userInfo["username"],
	})) {
		if (typeof text !== "string") throw new MalformedReview(`request.${path} is missing`);
	}
	return {
		uid: uid as string,
		kind: kind as string,
		namespace: namespace as string,
		userInfo: userInfo as unknown as UserInfo,
		object: objectAt(request, "object", "request.object"),
		...(isObject(oldObject) && { oldObject }),
	};
}

/** The body of the answer to a request. */
export function answerTo({ uid }: AdmissionRequest, verdict: Verdict): object {
	return { apiVersion, kind: "AdmissionReview", response: { uid, ...responseOf(verdict) } };
}

function responseOf(verdict: Verdict): object {
	if (!verdict.allowed) {
		const { code, reason, message } = verdict;
		return { allowed: false, status: { status: "Failure", code, reason, message } };
	}
	if (!verdict.patch || verdict.patch.length === 0) return { allowed: true };
	const patch = Buffer.from(JSON.stringify(verdict.patch)).toString("base64");
	return { allowed: true, patchType: "JSONPatch", patch };
}

function objectAt(value: Record<string, unknown>, key: string, path: string): Record<string, unknown> {
	const found = value[key];
	if (!isObject(found)) throw new MalformedReview(`${path} is missing`);
	return found;
}
