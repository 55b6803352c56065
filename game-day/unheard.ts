import { EventEmitter } from "node:events";

/**
 * Takes the errors of streams that nobody reads any more: `| tee log` has ended, or the terminal was closed. Node ends a process by an
 * error that nobody takes, and a game day must not end without its recovery because nobody hears of it. Returns what takes them no
 * longer.
 */
export function bearUnheard(...streams: unknown[]): () => void {
	const emitters = new Set(streams.filter((stream) => stream instanceof EventEmitter));
	for (const emitter of emitters) emitter.on("error", nothing);
	return () => {
		for (const emitter of emitters) emitter.off("error", nothing);
	};
}

function nothing(): void {}
