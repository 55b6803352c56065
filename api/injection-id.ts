import { createHash } from "node:crypto";

/**
 * Id of one fault on one target: 16 hex digits, the same whenever experiment, side, pod and container are the same, so that a call that is
 * repeated after a crash changes nothing. Short because names of kernel objects are made from it.
 */
export function injectionId(experimentUid: string, selectorKey: string, podUid: string, container?: string): string {
	const parts = [experimentUid, selectorKey, podUid, ...(container === undefined ? [] : [container])];
	return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}
