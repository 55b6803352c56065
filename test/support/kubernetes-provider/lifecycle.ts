import { setTimeout as sleep } from "node:timers/promises";
import { wishesOf } from "./annotations.ts";
import { type Checkpoint, checkpointOf, outputsOf } from "./checkpoint.ts";
import type { JsonObject } from "./json.ts";
import { fieldManagerOf } from "./manager.ts";
import { inputsFrom, normalized, pruned } from "./normalization.ts";
import { type ObjectClient, type ObjectReference, referenceOf } from "./object-client.ts";
import { readinessOf } from "./readiness/index.ts";
import { assertReady, gone, NotReady, settled } from "./settling.ts";
import { isNotFound, StatusError } from "./status-error.ts";
import { type GroupVersionKind, kindOf } from "./token.ts";
import { tried } from "./trial.ts";
import { hasUnknown, programSpelling, revealed, serverSpelling, withSecrets } from "./values.ts";
import type { Patience } from "./waiting.ts";

/** The state of a resource as the engine keeps it. */
export interface State {
	/** `namespace/name`, or `name`; empty when there is no such object. */
	id: string;
	outputs: JsonObject;
	/** The inputs that the state stands for; the engine keeps its own when there are none. */
	inputs?: JsonObject;
}

/** An operation that left an object behind which is not ready: the engine keeps its state and calls it a failure. */
export class InitFailed extends Error {
	readonly state: State;
	readonly reasons: string[];

	constructor(state: State, { message, reasons }: NotReady) {
		super(message);
		this.name = "InitFailed";
		this.state = state;
		this.reasons = reasons;
	}
}

/** What an operation on a resource is given besides its properties. */
export interface Operation {
	urn: string;
	/** Seconds that the program grants by `customTimeouts`; 0 when it does not say. */
	timeout: number;
	/** Aborted when the engine cancels the update. */
	signal: AbortSignal;
}

/** Foresees the outputs of an object that is new, or changed in place when `old` is its state. */
export async function preview(
	client: ObjectClient,
	news: JsonObject,
	urn: string,
	old?: JsonObject,
): Promise<JsonObject> {
	const object = objectOf(news);
	if (hasUnknown(object)) return news;
	const manager = managerOf(urn, old);
	const force = wishesOf(object).patchForce;
	const outcome = await tried(client, { object, manager, exists: old !== undefined, force });
	if (outcome === undefined) return news;
	return outputsOf({ live: inputsFrom(outcome), inputs: object, manager }, news);
}

/** Creates an object and waits until it is ready. Rejects when one of that name exists. */
export async function create(client: ObjectClient, news: JsonObject, operation: Operation): Promise<State> {
	const object = objectOf(news);
	await assertAbsent(client, object);
	const manager = fieldManagerOf(operation.urn);
	const { patchForce } = wishesOf(object);
	const apply = () => client.apply(object, { manager, force: patchForce, dryRun: false });
	const applied = await retriedWhileMissing(apply, operation.signal);
	return await finish(client, { live: applied, inputs: object, manager }, news, operation);
}

/** Changes an object in place and waits until it is ready. Rejects when it is not there any more. */
export async function update(
	client: ObjectClient,
	old: JsonObject,
	news: JsonObject,
	operation: Operation,
): Promise<State> {
	const object = objectOf(news);
	const manager = managerOf(operation.urn, old);
	await client.get(referenceOf(object));
	const applied = await client.apply(object, { manager, force: wishesOf(object).patchForce, dryRun: false });
	return await finish(client, { live: applied, inputs: object, manager }, news, operation);
}

/**
 * Reads an object. The inputs of the state are the fields of `inputs` with the values that the API server has now; without
 * `inputs`, as in an import, they are all that a program could say. Rejects with {@link InitFailed} when it is not ready now.
 */
export async function read(
	client: ObjectClient,
	id: string,
	urn: string,
	outputs: JsonObject,
	inputs: JsonObject,
): Promise<State> {
	const known = Object.keys(inputs).length > 0;
	const kind = known ? referenceOf(objectOf(inputs)) : kindOf(urn);
	const live = await client.get(referenceFrom(kind, id)).catch((error) => {
		if (isNotFound(error)) return undefined;
		throw error;
	});
	if (live === undefined) return { id: "", outputs: {}, inputs: {} };
	const said = known ? pruned(live, normalized(objectOf(inputs))) : inputsFrom(live);
	const checkpoint = { live, inputs: said, manager: managerOf(urn, outputs) };
	const state = {
		id,
		outputs: outputsOf(checkpoint, inputs),
		inputs: withSecrets(programSpelling(said), inputs),
	};
	const readiness = readinessOf(referenceOf(live));
	if (readiness === undefined || !known || wishesOf(said).skipAwait) return state;
	try {
		await assertReady(client, live, readiness);
		return state;
	} catch (error) {
		throw error instanceof NotReady ? new InitFailed(state, error) : error;
	}
}

/** Deletes an object and waits until it is gone; one that is gone already is fine. */
export async function remove(client: ObjectClient, id: string, old: JsonObject, operation: Operation): Promise<void> {
	const { live, inputs } = checkpointOf(old);
	const reference = referenceFrom(referenceOf(live), id);
	const wishes = wishesOf(inputs);
	try {
		const current = await client.get(reference);
		await client.delete(reference, wishes.deletionPropagation);
		if (wishes.skipAwait && readinessOf(reference) !== undefined) return;
		await gone(client, current, patience(inputs, operation));
	} catch (error) {
		if (!isNotFound(error)) throw error;
	}
}

async function finish(
	client: ObjectClient,
	checkpoint: Checkpoint,
	marks: JsonObject,
	operation: Operation,
): Promise<State> {
	const stateOf = (live: JsonObject) => ({ id: idOf(live), outputs: outputsOf({ ...checkpoint, live }, marks) });
	const { live, inputs } = checkpoint;
	const readiness = readinessOf(referenceOf(live));
	if (readiness === undefined || wishesOf(inputs).skipAwait) return stateOf(live);
	try {
		return stateOf(await settled(client, live, readiness, patience(inputs, operation)));
	} catch (error) {
		throw error instanceof NotReady ? new InitFailed(stateOf(error.object), error) : error;
	}
}

/** Its namespace, or the definition of its kind, may have been made only just now. */
async function retriedWhileMissing<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
	for (const seconds of [1, 2, 4, 8]) {
		try {
			return await attempt();
		} catch (error) {
			if (!isNotFound(error)) throw error;
			await sleep(seconds * 1_000, undefined, { signal });
		}
	}
	return await attempt();
}

async function assertAbsent(client: ObjectClient, object: JsonObject): Promise<void> {
	const reference = referenceOf(object);
	const found = await client.get(reference).catch((error) => {
		if (isNotFound(error)) return undefined;
		throw error;
	});
	if (found === undefined) return;
	throw new StatusError(409, "AlreadyExists", `${reference.kind} "${idOf(found)}" already exists in the cluster`);
}

function objectOf(inputs: JsonObject): JsonObject {
	return serverSpelling(revealed(inputs) as JsonObject);
}

function managerOf(urn: string, outputs: JsonObject | undefined): string {
	return (outputs === undefined ? "" : checkpointOf(outputs).manager) || fieldManagerOf(urn);
}

function idOf(object: JsonObject): string {
	const { namespace, name } = referenceOf(object);
	return namespace === "" ? name : `${namespace}/${name}`;
}

function referenceFrom({ apiVersion, kind }: GroupVersionKind, id: string): ObjectReference {
	const [name = "", namespace = ""] = id.split("/").reverse();
	return { apiVersion, kind, namespace, name };
}

function patience(inputs: JsonObject, { timeout, signal }: Operation): Patience {
	const seconds = timeout || wishesOf(inputs).timeoutSeconds || 600;
	return { milliseconds: seconds * 1_000, signal };
}
