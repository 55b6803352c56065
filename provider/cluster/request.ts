import { type Answer, apiError } from "./api-error.ts";
import { ApiError } from "./cluster.ts";

/** How long one request may take before the server counts as unreachable. */
const requestTimeoutMs = 20_000;

/** Sends a request; rejects with {@link ApiError} when it is refused, fails or takes too long. */
export async function request<T>(send: () => Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no answer in ${requestTimeoutMs / 1000} s`)), requestTimeoutMs);
	});
	try {
		return await Promise.race([send(), late]);
	} catch (error) {
		throw apiError(error as Answer);
	} finally {
		clearTimeout(timer);
	}
}

/** The answer; undefined when there is no such object. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
	try {
		return await answer;
	} catch (error) {
		if (error instanceof ApiError && error.status === 404) return undefined;
		throw error;
	}
}
