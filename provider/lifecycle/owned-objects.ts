import type { ObjectMeta } from "../../api/experiment.ts";
import { ownerAnnotation } from "../../api/names.ts";
import { ApiError, type Place } from "../cluster/cluster.ts";
import { admitted } from "./admission.ts";
import { type Followable, type Limits, until } from "./until.ts";

/** Objects of a cluster that resources own: a cluster has experiments, and its `probes` Probes. */
export interface OwnedObjects<O> {
	get(place: Place): Promise<O | undefined>;
	delete(place: Place, uid: string): Promise<void>;
}

/** An object, as far as it says whose it is. */
export interface Owned {
	metadata: ObjectMeta;
}

/** What a resource knows its object by. */
export interface Owner {
	/** Uid of the object in the state. */
	uid?: string;
	owner: string;
}

/**
 * Whether an object is that of a resource: one that says so, or the one in its state unless that says to be of another one by now,
 * which has taken it over.
 */
export function isOurs({ metadata }: Owned, { uid, owner }: Owner): boolean {
	const says = metadata.annotations?.[ownerAnnotation];
	return says === undefined ? metadata.uid === uid : says === owner;
}

/**
 * Looks first, then makes the object, or takes what is there for as long as `settle` has none of it.
 *
 * @param settle - the object that is there as it should be; undefined when it has gone, so that another can be made
 */
export async function obtain<O>(
	limits: Limits,
	get: () => Promise<O | undefined>,
	create: () => Promise<O>,
	settle: (present: O) => Promise<O | undefined>,
): Promise<O> {
	for (let attempts = 1; ; attempts++) {
		const present = await get();
		if (present === undefined) {
			try {
				return await admitted(limits, create);
			} catch (error) {
				// Somebody was faster: look whose it is.
				if (error instanceof ApiError && error.status === 409 && attempts < 5) continue;
				throw error;
			}
		}
		const settled = await settle(present);
		if (settled !== undefined) return settled;
	}
}

/**
 * Uid of what is going now; undefined when nothing of ours is there.
 *
 * @param left - told the owner by whom the object of the state was taken over, so that it stays
 */
export async function deleteOurs<O extends Owned>(
	objects: OwnedObjects<O>,
	place: Place,
	owner: Owner,
	left: (by: string) => void = () => {},
): Promise<string | undefined> {
	const present = await objects.get(place);
	if (!present) return undefined;
	if (!isOurs(present, owner)) {
		if (present.metadata.uid === owner.uid) left(present.metadata.annotations?.[ownerAnnotation] ?? "");
		return undefined;
	}
	await requestDelete(objects, place, present);
	return present.metadata.uid;
}

/** Asks for the deletion; that it is gone, or another by now, is as good. */
export async function requestDelete(
	objects: Pick<OwnedObjects<unknown>, "delete">,
	place: Place,
	{ metadata }: Owned,
): Promise<void> {
	if (metadata.deletionTimestamp !== undefined) return;
	try {
		await objects.delete(place, metadata.uid);
	} catch (error) {
		if (!(error instanceof ApiError) || (error.status !== 404 && error.status !== 409)) throw error;
	}
}

/** Waits until there is no object of this uid at a place; undefined when the time was up before. */
export function untilGone<O extends Owned>(
	objects: Followable<O>,
	place: Place,
	uid: string,
	limits: Limits,
): Promise<true | undefined> {
	return until(objects, place, limits, (found) =>
		found.some(({ metadata }) => metadata.uid === uid) ? undefined : (true as const),
	);
}
