import { createHash } from "node:crypto";

/**
 * Id of one fault on one target: 16 hex digits, the same whenever experiment, side and pod are the same, so that a call that is
 * repeated after a crash changes nothing. Short because names of kernel objects are made from it.
 */
export function injectionId(experimentUid: string, selectorKey: string, podUid: string): string {
	return createHash("sha256").update(`${experimentUid}\n${selectorKey}\n${podUid}`).digest("hex").slice(0, 16);
}
