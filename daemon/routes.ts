import type { ServerHttp2Stream } from "node:http2";
import { type AbilitiesResponse, type BatchResponse, daemonPaths } from "../api/daemon-api.ts";
import { abilities } from "./abilities.ts";
import { readJson } from "./body.ts";
import { HttpError } from "./http-error.ts";
import type { Injections } from "./injections.ts";
import type { Leader } from "./leader.ts";
import { injectRequestOf, leaseRequestOf, recoverRequestOf } from "./requests.ts";
import { isOpen } from "./stream.ts";
import { watch } from "./watch.ts";

/** Serves one request; throws an HttpError or a BadRequestError before it has answered anything. */
type Handler = (stream: ServerHttp2Stream) => Promise<void> | void;

interface Route {
	method: "GET" | "POST";
	handle: Handler;
}

/** Finds who serves a request; throws an HttpError for a path or a method that is not served. */
export type Routes = (path: string, method: string) => Handler;

/** The routes of the daemon's API. */
export function routesOf(injections: Injections, leader: Leader): Routes {
	const routes: Readonly<Record<string, Route>> = {
		[daemonPaths.inject]: {
			method: "POST",
			handle: async (stream) => {
				const { epoch, leaseMs, items } = injectRequestOf(await readJson(stream));
				await leader.admit(epoch, leaseMs);
				answer(stream, { results: await injections.inject(items) });
			},
		},
		[daemonPaths.recover]: {
			method: "POST",
			handle: async (stream) => {
				const { epoch, ids } = recoverRequestOf(await readJson(stream));
				await leader.admit(epoch);
				answer(stream, { results: await injections.recover(ids) });
			},
		},
		[daemonPaths.abilities]: {
			method: "POST",
			handle: async (stream) => {
				await readJson(stream);
				answer(stream, { faults: await abilities() });
			},
		},
		[daemonPaths.lease]: {
			method: "POST",
			handle: async (stream) => {
				const { epoch, leaseMs } = leaseRequestOf(await readJson(stream));
				await leader.admit(epoch, leaseMs);
				answer(stream, {});
			},
		},
		[daemonPaths.watch]: { method: "GET", handle: (stream) => watch(injections, stream) },
	};
	return (path, method) => {
		const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
		if (!route) {
			throw new HttpError(404, `nothing is served at ${path}; the paths are ${Object.keys(routes).join(", ")}`);
		}
		if (route.method !== method) {
			throw new HttpError(405, `${path} takes ${route.method}, not ${method}`, { allow: route.method });
		}
		return route.handle;
	};
}

function answer(stream: ServerHttp2Stream, response: BatchResponse | AbilitiesResponse | Record<string, never>): void {
	// The caller may have hung up; what it asked for is done all the same, and the journal knows.
	if (!isOpen(stream)) return;
	stream.respond({ ":status": 200, "content-type": "application/json" });
	stream.end(JSON.stringify(response));
}
