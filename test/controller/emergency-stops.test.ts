import { afterEach, expect, it } from "vitest";
import { createLog } from "../../api/log.ts";
import { ApiError, type WatchEvent } from "../../controller/api-server.ts";
import { EmergencyStops } from "../../controller/emergency-stops.ts";
import { eventually } from "../support/kubernetes.ts";

const stop = (name: string, spec?: object) => ({
	metadata: { name, uid: name, resourceVersion: name },
	...(spec && { spec }),
});

/** An API server with these stops, or without the kind, and a watch that says what is put into `events`. */
function serverOf(items: object[] | undefined, events: WatchEvent[] = []) {
	return {
		get: async <T>(): Promise<T> => {
			if (!items) throw new ApiError(404, "the server could not find the requested resource");
			return { metadata: { resourceVersion: "1" }, items } as T;
		},
		async *watch(_path: string, _query: object, signal: AbortSignal): AsyncGenerator<WatchEvent> {
			yield* events;
			await new Promise((resolve) => signal.addEventListener("abort", resolve));
		},
	};
}

let stops: EmergencyStops | undefined;
afterEach(() => stops?.stop());

async function follow(
	server: ReturnType<typeof serverOf>,
): Promise<{ stops: EmergencyStops; said: (string | undefined)[] }> {
	const said: (string | undefined)[] = [];
	const made = new EmergencyStops({
		server,
		log: createLog("error", () => undefined),
		onChange: () => said.push(made.inForce),
	});
	stops = made;
	await new Promise<void>((resolve) => made.start(resolve));
	return { stops: made, said };
}

it("says which stops are in force and why, in an order of its own", async () => {
	const { stops: found } = await follow(
		serverOf([stop("night", { reason: "the shop is down" }), stop("all", {}), stop("bare")]),
	);
	expect(found.inForce).toBe('EmergencyStop "all"; EmergencyStop "bare"; EmergencyStop "night": the shop is down');
});

it("tells when a stop comes and goes", async () => {
	const events: WatchEvent[] = [
		{ type: "ADDED", object: stop("night") },
		{ type: "DELETED", object: stop("night") },
	];
	const { stops: found, said } = await follow(serverOf([], events));
	await eventually("the end of the stop", () => said.length === 2, 5);
	expect(said).toEqual(['EmergencyStop "night"', undefined]);
	expect(found.inForce).toBeUndefined();
});

it("knows of none where there is no such kind", async () => {
	const { stops: found } = await follow(serverOf(undefined));
	expect([found.synced, found.inForce]).toEqual([true, undefined]);
});
