import { constants, type ServerHttp2Stream } from "node:http2";
import type { InjectionState } from "../api/daemon-api.ts";
import type { Injections } from "./injections.ts";
import { isOpen } from "./stream.ts";

/** The API promises one every 10 s. */
const heartbeat = 3000;
/** Bytes that may wait for a slow reader; one that lags further is cut off, and sees all anew when it comes back. */
const longestQueue = 4 * 1024 * 1024;

/**
 * Answers a watch: what the node holds, `{"synced":true}`, then each change, until either side ends it.
 *
 * @param beatMs - milliseconds between two signs of life
 */
export function watch(injections: Injections, stream: ServerHttp2Stream, beatMs = heartbeat): void {
	if (!isOpen(stream)) return;
	stream.respond({ ":status": 200, "content-type": "application/x-ndjson" });
	const send = (line: string): void => {
		if (!isOpen(stream)) return;
		stream.write(`${line}\n`);
		// Reset, not ended: the end would wait behind all that the reader does not take.
		if (stream.writableLength > longestQueue) stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
	};
	const tell = (state: InjectionState): void => send(JSON.stringify(state));
	injections.states().forEach(tell);
	send(JSON.stringify({ synced: true }));
	injections.on("change", tell);
	const beat = setInterval(() => send(""), beatMs);
	stream.on("close", () => {
		injections.off("change", tell);
		clearInterval(beat);
	});
	// A request has no body here; what comes is let go, so that the end of the reader's side is seen.
	stream.resume();
}
