import { setTimeout as sleep } from "node:timers/promises";
import { assertRunning, type ComponentRecord, logTail } from "./component.ts";

/**
 * Asks `probe` until it says yes. An error of the probe counts as a no; the last one is in the message.
 *
 * @throws Error when one of the components ends, or after `seconds`, with the end of the last component's log.
 */
export async function waitFor(
	what: string,
	components: readonly ComponentRecord[],
	probe: () => Promise<boolean>,
	seconds = 120,
): Promise<void> {
	const end = performance.now() + seconds * 1000;
	let last = "";
	for (;;) {
		try {
			if (await probe()) return;
		} catch (error) {
			last = `: ${(error as Error).message}`;
		}
		for (const record of components) assertRunning(record);
		if (performance.now() > end) {
			const record = components.at(-1);
			const log = record === undefined ? "" : `\nThe end of ${record.log}:\n${logTail(record.log)}`;
			throw new Error(`${what}: not within ${seconds} s${last}${log}`);
		}
		await sleep(100);
	}
}
