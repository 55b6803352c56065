import type { ServerHttp2Stream } from "node:http2";

/** Whether an answer can still be given: to respond on a stream that the other side has reset throws. */
export function isOpen(stream: ServerHttp2Stream): boolean {
	return !stream.destroyed && !stream.closed;
}
