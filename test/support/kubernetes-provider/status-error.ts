import { isObject, type Json, numberAt, textAt } from "./json.ts";

/** The API server's refusal of a request. Its message names the object and the reason. */
export class StatusError extends Error {
	/** HTTP status. */
	readonly code: number;
	/** Kubernetes' word for the reason: `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`. */
	readonly reason: string;

	constructor(code: number, reason: string, message: string) {
		super(message);
		this.name = "StatusError";
		this.code = code;
		this.reason = reason;
	}

	/** Makes one from the body of an answer, which is a Status object unless something in between answered. */
	static from(code: number, body: string): StatusError {
		const status = parsed(body);
		if (textAt(status, "kind") !== "Status") return new StatusError(code, "", `HTTP ${code}: ${body.slice(0, 500)}`);
		return new StatusError(numberAt(status, "code") || code, textAt(status, "reason"), textAt(status, "message"));
	}
}

function parsed(body: string): Json {
	try {
		const value = JSON.parse(body);
		return isObject(value) ? value : null;
	} catch {
		return null;
	}
}

/** Whether an error says that the object, its namespace or its kind does not exist. */
export function isNotFound(error: unknown): boolean {
	return error instanceof StatusError && error.code === 404;
}
