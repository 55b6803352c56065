import type { ServerHttp2Stream } from "node:http2";
import { errorText } from "../api/log.ts";
import { HttpError } from "./http-error.ts";

/** Bytes of the longest body that is read. */
export const longestBody = 8 * 1024 * 1024;
/** Milliseconds in which a body must be here. */
const patience = 30_000;

/**
 * Reads the body of a request as JSON. Throws an HttpError: too long, too slow, broken off, not JSON.
 *
 * @param withinMs - longest wait for all of it
 */
export async function readJson(stream: ServerHttp2Stream, withinMs = patience): Promise<unknown> {
	const text = await readText(stream, withinMs);
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new HttpError(400, `the body is not JSON: ${errorText(error)}`);
	}
}

async function readText(stream: ServerHttp2Stream, withinMs: number): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	const timer = setTimeout(() => {
		stream.destroy(new HttpError(408, `the body was not here after ${withinMs / 1000} s`));
	}, withinMs);
	try {
		for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
			length += chunk.length;
			if (length > longestBody)
				throw new HttpError(413, `the body is longer than ${longestBody} bytes; send smaller batches`);
			chunks.push(chunk);
		}
	} finally {
		clearTimeout(timer);
	}
	return Buffer.concat(chunks).toString("utf8");
}
