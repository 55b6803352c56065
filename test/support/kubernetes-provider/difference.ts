import { type Change, changes, pathText } from "./changes.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { type JsonObject, objectAt, textAt } from "./json.ts";
import { isAutonamed } from "./naming.ts";
import { normalized, pruned } from "./normalization.ts";
import { type Mutability, mustMakeRoom, replacing } from "./replacement.ts";

/** What has to happen to bring an object to its new inputs. */
export interface Difference {
	changes: Change[];
	/** Those of the changes that need a new object, as paths. */
	replaces: string[];
	deleteBeforeReplace: boolean;
}

/**
 * Compares what a program says now with the object as last seen, in the fields that the program spoke of then or speaks of
 * now; what the API server and its controllers set of their own does not count.
 */
export function difference({ live, inputs: old }: Checkpoint, news: JsonObject, mutable: Mutability): Difference {
	const before = placed(pruned(live, normalized(old)), live);
	const after = placed(normalized(news), live);
	const found = changes(
		{ ...before, metadata: { ...objectAt(before, "metadata"), name: textAt(live, "metadata", "name") } },
		after,
	);
	const replaces = replacing(found, news, mutable).map(({ path }) => pathText(path));
	return {
		changes: found,
		replaces,
		deleteBeforeReplace: replaces.length > 0 && mustMakeRoom(live, news, isAutonamed(news)),
	};
}

/** `object` in the namespace that it gets when it names none; without one when its kind has none. */
function placed(object: JsonObject, live: JsonObject): JsonObject {
	const { namespace, ...metadata } = objectAt(object, "metadata");
	if (textAt(live, "metadata", "namespace") === "") return { ...object, metadata };
	return { ...object, metadata: { ...metadata, namespace: namespace ?? "default" } };
}
