import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { request as secureRequest } from "node:https";
import type { LookupFunction } from "node:net";
import type { Probe } from "../../api/probe.ts";
import { probeTypes } from "../../api/probe-types.ts";
import { whyNot } from "./compare.ts";
import type { Reach } from "./reach.ts";
import { unwellOf } from "./unwell.ts";

/** Bytes of an answer that are looked at. */
export const longestBody = 65_536;
const usualStatus = probeTypes.http.fields.criteria.fields.statusCode.default;

/** Sends the request. Never says what is in the answer: who may write an experiment need not be one who may reach the server. */
export async function askHttp({ http }: Probe, reach: Reach, signal: AbortSignal): Promise<string | undefined> {
	if (!http) throw new Error("it has no field http");
	const { url, method = "GET", headers, body, insecureSkipVerify, criteria } = http;
	const to = new URL(url);
	const lookup = await reach(to.hostname.replace(/^\[|\]$/g, ""));
	const answer = await fetched(to, lookup, { method, headers, insecureSkipVerify }, body, signal);
	const { statusCode = usualStatus } = criteria ?? {};
	if (!isIn(statusCode, answer.status)) return `status ${answer.status}, not ${statusCode}`;
	return criteria?.body && whyNot(criteria.body, answer.body, "the body", false);
}

/** What a server answers, the beginning of its body. */
export interface HttpAnswer {
	status: number;
	body: string;
}

/** Asks a server once, over a connection of its own. Throws Unwell when there is no answer. */
export async function fetched(
	to: URL,
	lookup: LookupFunction,
	{ method, headers, insecureSkipVerify }: Asked,
	body: string | undefined,
	signal: AbortSignal,
): Promise<HttpAnswer> {
	const secure = to.protocol === "https:";
	const options: RequestOptions & { rejectUnauthorized?: boolean } = {
		method,
		headers: { "user-agent": "pulumi-chaos-probe", ...headers },
		lookup,
		signal,
		agent: false,
		...(secure && { rejectUnauthorized: insecureSkipVerify !== true }),
	};
	try {
		const response = await new Promise<IncomingMessage>((resolve, reject) => {
			const sent = (secure ? secureRequest : request)(to, options, resolve);
			sent.on("error", reject);
			sent.end(body);
		});
		return { status: response.statusCode ?? 0, body: await beginning(response) };
	} catch (error) {
		// A header that can't be sent says nothing about the server.
		throw error instanceof TypeError ? error : unwellOf(error);
	}
}

/** What a request is made of. */
interface Asked {
	method: string;
	headers?: Record<string, string[]> | undefined;
	insecureSkipVerify?: boolean | undefined;
}

async function beginning(response: IncomingMessage): Promise<string> {
	const parts: Buffer[] = [];
	let length = 0;
	for await (const part of response as AsyncIterable<Buffer>) {
		parts.push(part);
		length += part.length;
		if (length >= longestBody) break;
	}
	return Buffer.concat(parts).subarray(0, longestBody).toString("utf8");
}

/** Whether a status code is one, or in a range. */
function isIn(codes: string, status: number): boolean {
	const [first, last = first] = codes.split("-").map(Number);
	return status >= Number(first) && status <= Number(last);
}
