import { expect } from "vitest";
import type { Pod } from "./pod.ts";

/** Milliseconds without an answer after which an address counts as cut. */
export const silence = 250;

/**
 * Expects that a pod can dial these addresses, or not. One that should answer has all the time it needs: a busy machine must not
 * look like a fault.
 *
 * @example await expectReach(front, { "10.0.0.2": true, "10.0.0.3": false })
 */
export async function expectReach(pod: Pod, expected: Readonly<Record<string, boolean>>): Promise<void> {
	const found = await Promise.all(
		Object.entries(expected).map(async ([host, open]) => {
			const connection = await pod.dial(host, open ? undefined : silence);
			return [host, connection !== undefined];
		}),
	);
	expect(Object.fromEntries(found)).toEqual(expected);
}
