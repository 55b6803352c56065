import { ApiError } from "./cluster.ts";

/** What the client library throws: its own exception with a status and a body, or an error of the network. */
export interface Answer extends Error {
	code?: number | string;
	body?: unknown;
	statusCode?: number;
}

interface StatusBody {
	message?: string;
	details?: { kind?: string; name?: string };
}

/** The library's error as ours: the API server's own words, or those of the network; headers and bodies stay out of it. */
export function apiError(error: Answer): ApiError {
	const status = typeof error.code === "number" ? error.code : error.statusCode;
	if (status === undefined) return new ApiError(0, networkReason(error));
	const { message, details = {} } = statusBody(error.body);
	const about = {
		...(details.kind !== undefined && { kind: details.kind }),
		...(details.name !== undefined && { name: details.name }),
	};
	return new ApiError(status, message ?? `HTTP status ${status}`, about);
}

function statusBody(body: unknown): StatusBody {
	if (typeof body !== "string") return typeof body === "object" && body !== null ? body : {};
	try {
		return JSON.parse(body) as StatusBody;
	} catch {
		return { message: body.trim() };
	}
}

/** The innermost cause says why: `fetch failed` wraps `connect ECONNREFUSED 10.0.0.1:6443`. */
function networkReason(error: Error): string {
	let inner: unknown = error;
	while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
	if (inner instanceof AggregateError) inner = inner.errors[0];
	return inner instanceof Error && inner.message !== "" ? inner.message : error.message;
}
