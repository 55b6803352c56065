import type { JsonObject } from "./json.ts";
import type { ObjectClient } from "./object-client.ts";
import { StatusError } from "./status-error.ts";

/** Which request is tried. */
export interface Trial {
	/** The object, as the API server spells it. */
	object: JsonObject;
	manager: string;
	/** Whether the object is there already and would be changed in place. */
	exists: boolean;
	force: boolean;
}

/**
 * Asks the API server by a dry run what would come of creating or changing an object. Returns the outcome, or undefined when
 * it can't tell yet: the namespace or the kind is still to come, the name is still taken by an object that is to be replaced,
 * the rights or a webhook do not allow a dry run. Rejects with {@link StatusError} when the object is not acceptable.
 */
export async function tried(
	client: ObjectClient,
	{ object, manager, exists, force }: Trial,
): Promise<JsonObject | undefined> {
	try {
		return exists
			? await client.apply(object, { manager, force, dryRun: true })
			: await client.tryCreate(object, manager);
	} catch (error) {
		if (error instanceof StatusError && isOpen(error)) return undefined;
		throw error;
	}
}

function isOpen({ code, message }: StatusError): boolean {
	return [403, 404, 409].includes(code) || message.includes("does not support dry run");
}
