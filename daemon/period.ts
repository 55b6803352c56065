import type { Log } from "../api/log.ts";

/**
 * Runs a task again and again, with a pause after each run, so that a slow run is never overtaken by the next. A run that fails
 * is logged. Returns what stops it.
 */
export function everyPeriod(pauseMs: number, log: Log, task: () => Promise<void>): () => void {
	let timer: NodeJS.Timeout;
	let stopped = false;
	const next = (): void => {
		timer = setTimeout(async () => {
			try {
				await task();
			} catch (error) {
				log.error("a look at the targets failed", { error });
			}
			if (!stopped) next();
		}, pauseMs);
	};
	next();
	return () => {
		stopped = true;
		clearTimeout(timer);
	};
}
