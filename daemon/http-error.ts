import type { ErrorResponse } from "../api/daemon-api.ts";

/** What ends a request with a status other than 200. */
export class HttpError extends Error {
	override name = "HttpError";
	readonly status: number;
	/** Headers of the answer besides its type. */
	readonly headers: Readonly<Record<string, string>>;

	/** What the body says besides the message. */
	readonly more: Omit<ErrorResponse, "error">;

	constructor(
		status: number,
		message: string,
		headers: Readonly<Record<string, string>> = {},
		more: Omit<ErrorResponse, "error"> = {},
	) {
		super(message);
		this.status = status;
		this.headers = headers;
		this.more = more;
	}
}
