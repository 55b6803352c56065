import { type Answer, apiError } from "./api-error.ts";

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
