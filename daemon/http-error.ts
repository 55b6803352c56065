/** What ends a request with a status other than 200. */
export class HttpError extends Error {
	override name = "HttpError";
	readonly status: number;
	/** Headers of the answer besides its type. */
	readonly headers: Readonly<Record<string, string>>;

	constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
		super(message);
		this.status = status;
		this.headers = headers;
	}
}
