import { get } from "./get.ts";
import { type Identity, since } from "./report.ts";

/** One call from a pod to the next role through its Service, as the caller saw it. */
export interface Hop {
	from: Identity;
	/** Host name that was called: the Service of the next role. */
	to: string;
	/** Name of the pod that answered; null when none did. */
	pod: string | null;
	/** Milliseconds, with everything that the callee waited for. */
	ms: number;
	/** Null when the call succeeded, though a later one may have failed. */
	error: string | null;
}

/** The answer of `GET /`: who was asked, and every call that was made because of it, in order. */
export interface ChainAnswer extends Identity {
	ok: boolean;
	hops: Hop[];
}

/** Where the next role is, and how long it may take in milliseconds. */
export interface Next {
	host: string;
	port: number;
	timeoutMs: number;
}

/** Answers as `self`, after asking the next role when there is one. A failed call is in the answer, never a rejection. */
export async function answerChain(self: Identity, next: Next | undefined): Promise<ChainAnswer> {
	if (next === undefined) return { ...self, ok: true, hops: [] };
	const start = performance.now();
	const hop = (pod: string | null, error: string | null): Hop => ({
		from: self,
		to: next.host,
		pod,
		ms: since(start),
		error,
	});
	try {
		const { body } = await get(next.host, next.port, "/", next.timeoutMs);
		const answer = JSON.parse(body) as ChainAnswer;
		return { ...self, ok: answer.ok, hops: [hop(answer.pod, null), ...answer.hops] };
	} catch (error) {
		return { ...self, ok: false, hops: [hop(null, error instanceof Error ? error.message : String(error))] };
	}
}
