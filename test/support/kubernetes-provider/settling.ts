import { at, type JsonObject, objectsAt, textAt } from "./json.ts";
import { type ObjectClient, type ObjectReference, referenceOf } from "./object-client.ts";
import type { WatchScope } from "./object-watch.ts";
import type { Readiness } from "./readiness/verdict.ts";
import { isNotFound } from "./status-error.ts";
import { type Patience, until, WaitEnded } from "./waiting.ts";

/** An object that exists and is not ready. */
export class NotReady extends Error {
	/** Its last known state. */
	readonly object: JsonObject;
	/** Why, one sentence each. */
	readonly reasons: string[];

	constructor(object: JsonObject, when: string, reasons: string[]) {
		const { kind, namespace, name } = referenceOf(object);
		super(`${kind} "${namespace === "" ? "" : `${namespace}/`}${name}" is not ready ${when}: ${reasons.join("; ")}`);
		this.name = "NotReady";
		this.object = object;
		this.reasons = reasons;
	}
}

/** Waits until `object`, just applied, is ready, and returns its state then. Rejects with {@link NotReady}. */
export async function settled(
	client: ObjectClient,
	object: JsonObject,
	readiness: Readiness,
	patience: Patience,
): Promise<JsonObject> {
	let latest = object;
	let reasons: string[] = [];
	const related = readiness.related?.(object);
	const scopes = [scopeOf(referenceOf(object)), ...(related === undefined ? [] : [related])];
	try {
		return await until(
			client,
			scopes,
			([own = [], others = []]) => {
				const current = own.find((candidate) => uid(candidate) === uid(object));
				if (current === undefined) throw new NotReady(latest, "because it was deleted meanwhile", reasons);
				latest = current;
				const verdict = readiness.judge(current, others);
				if (verdict.phase === "ready") return current;
				reasons = verdict.reasons;
				if (verdict.phase === "failed") throw new NotReady(current, "and will not be", reasons);
				return undefined;
			},
			patience,
		);
	} catch (error) {
		if (error instanceof WaitEnded) throw new NotReady(latest, error.message, reasons);
		throw error;
	}
}

/** Judges `object` as it is now. Rejects with {@link NotReady}. */
export async function assertReady(client: ObjectClient, object: JsonObject, readiness: Readiness): Promise<void> {
	const scope = readiness.related?.(object);
	const related = scope === undefined ? [] : await listed(client, scope);
	const verdict = readiness.judge(object, related);
	if (verdict.phase !== "ready") throw new NotReady(object, "at present", verdict.reasons);
}

/** Waits until `object` is gone; one of the same name that came after it counts as gone. */
export async function gone(client: ObjectClient, object: JsonObject, patience: Patience): Promise<void> {
	let left = object;
	const step = ([own = []]: JsonObject[][]) => {
		const current = own.find((candidate) => uid(candidate) === uid(object));
		left = current ?? left;
		return current === undefined ? true : undefined;
	};
	try {
		await until(client, [scopeOf(referenceOf(object))], step, patience);
	} catch (error) {
		// A custom kind whose definition went away took its objects with it.
		if (isNotFound(error)) return;
		if (!(error instanceof WaitEnded)) throw error;
		const { kind, name } = referenceOf(left);
		const finalizers = JSON.stringify(at(left, "metadata", "finalizers") ?? []);
		throw new Error(`${kind} "${name}" is still there ${error.message}; its finalizers are ${finalizers}`);
	}
}

async function listed(client: ObjectClient, scope: WatchScope): Promise<JsonObject[]> {
	const list = await client.list(await client.collection(scope, scope.namespace), scope.query);
	return objectsAt(list, "items");
}

function scopeOf({ apiVersion, kind, namespace, name }: ObjectReference): WatchScope {
	return { apiVersion, kind, namespace, query: { fieldSelector: `metadata.name=${name}` } };
}

function uid(object: JsonObject): string {
	return textAt(object, "metadata", "uid");
}
