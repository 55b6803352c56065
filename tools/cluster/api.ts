import { readFileSync } from "node:fs";
import { request } from "node:https";
import { keyPair } from "./certificates.ts";
import type { ClusterLayout } from "./layout.ts";

/** The API server refused a request. */
export class ApiError extends Error {
	/** HTTP status. */
	readonly status: number;

	constructor(method: string, path: string, status: number, text: string) {
		super(`${method} ${path}: HTTP ${status}: ${text.slice(0, 500)}`);
		this.name = "ApiError";
		this.status = status;
	}
}

/**
 * One request to the API server of a cluster, with the rights of its admin. Returns the text of the answer.
 *
 * @throws ApiError for a status of 400 and above; Error when there is no answer within 5 s.
 */
export function apiRequest(layout: ClusterLayout, method: string, path: string, body?: object): Promise<string> {
	const own = keyPair(layout, "admin");
	const headers = body === undefined ? {} : { "content-type": contentType(method) };
	const options = {
		method,
		headers,
		agent: false as const,
		timeout: 5_000,
		ca: readFileSync(keyPair(layout, "ca").cert),
		cert: readFileSync(own.cert),
		key: readFileSync(own.key),
	};
	return new Promise((resolve, reject) => {
		const call = request(new URL(path, layout.apiServer), options, (answer) => {
			let text = "";
			answer.setEncoding("utf8");
			answer.on("data", (part: string) => {
				text += part;
			});
			answer.on("error", reject);
			answer.on("end", () => {
				const status = answer.statusCode ?? 0;
				if (status < 400) resolve(text);
				else reject(new ApiError(method, path, status, text));
			});
		});
		call.on("timeout", () => call.destroy(new Error(`${method} ${path}: no answer within 5 s`)));
		call.on("error", reject);
		call.end(body === undefined ? undefined : JSON.stringify(body));
	});
}

function contentType(method: string): string {
	return method === "PATCH" ? "application/merge-patch+json" : "application/json";
}

async function unlessStatus(status: number, request: Promise<unknown>): Promise<void> {
	try {
		await request;
	} catch (error) {
		if (!(error instanceof ApiError && error.status === status)) throw error;
	}
}

/** Creates an object, unless one of its name is there. */
export function createObject(layout: ClusterLayout, path: string, object: object): Promise<void> {
	return unlessStatus(409, apiRequest(layout, "POST", path, object));
}

/** Deletes an object, unless it is gone. */
export function deleteObject(layout: ClusterLayout, path: string): Promise<void> {
	return unlessStatus(404, apiRequest(layout, "DELETE", path));
}
