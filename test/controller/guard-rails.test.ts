import { afterEach, expect, it } from "vitest";
import { createLog } from "../../api/log.ts";
import { ApiError, type WatchEvent } from "../../controller/api-server.ts";
import { GuardRails } from "../../controller/guard-rails.ts";
import { eventually } from "../support/kubernetes.ts";

let versions = 1;
const object = (name: string, spec?: object) => ({
	metadata: { name, uid: name, resourceVersion: String(++versions) },
	...(spec && { spec }),
});

/** An API server with these guard rails, or without the kind, and a watch that says what is put into `events`. */
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

let rails: GuardRails | undefined;
afterEach(() => rails?.stop());

async function follow(server: ReturnType<typeof serverOf>): Promise<{ made: GuardRails; said: string[][] }> {
	const said: string[][] = [];
	const made: GuardRails = new GuardRails({
		server,
		log: createLog("error", () => undefined),
		onChange: () => said.push(made.inForce.map(({ title }) => title)),
	});
	rails = made;
	await new Promise<void>((resolve) => made.start(resolve));
	return { made, said };
}

it("says which hold, in an order of its own", async () => {
	const { made } = await follow(serverOf([object("b", { maxShare: 50 }), object("a")]));
	expect(made.inForce).toEqual([
		{ title: 'GuardRails "a"', spec: {} },
		{ title: 'GuardRails "b"', spec: { maxShare: 50 } },
	]);
});

it("tells when they come, change and go", async () => {
	const events: WatchEvent[] = [
		{ type: "ADDED", object: object("a") },
		{ type: "MODIFIED", object: object("a", { maxTargets: 1 }) },
		{ type: "DELETED", object: object("a") },
	];
	const { made, said } = await follow(serverOf([], events));
	await eventually("their end", () => said.length === 3, 5);
	expect(said).toEqual([['GuardRails "a"'], ['GuardRails "a"'], []]);
	expect(made.inForce).toEqual([]);
});

it("knows of none where there is no such kind", async () => {
	const { made } = await follow(serverOf(undefined));
	expect([made.synced, made.inForce]).toEqual([true, []]);
});
