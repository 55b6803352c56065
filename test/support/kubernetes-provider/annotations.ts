import { at, type JsonObject, objectAt } from "./json.ts";

/** What the annotations of an object ask of the provider. */
export interface Wishes {
	/** Do not wait until it is ready. */
	skipAwait: boolean;
	/** How long to wait, unless the program says so by `customTimeouts`. */
	timeoutSeconds: number | undefined;
	/** Take over fields that another field manager owns. */
	patchForce: boolean;
	deletionPropagation: "Foreground" | "Background" | "Orphan";
}

/** Reads them. */
export function wishesOf(inputs: JsonObject): Wishes {
	const text = (name: string) => String(at(inputs, "metadata", "annotations", `pulumi.com/${name}`) ?? "");
	const seconds = Number.parseInt(text("timeoutSeconds"), 10);
	const policies = { background: "Background", orphan: "Orphan" } as const;
	const policy = text("deletionPropagationPolicy").toLowerCase();
	return {
		skipAwait: text("skipAwait") === "true",
		timeoutSeconds: Number.isNaN(seconds) ? undefined : seconds,
		patchForce: text("patchForce") === "true",
		deletionPropagation: policy === "background" || policy === "orphan" ? policies[policy] : "Foreground",
	};
}

const known = ["autonamed", "skipAwait", "timeoutSeconds", "patchForce", "deletionPropagationPolicy"];

/** The annotations that ask the real plugin for something that the stand-in does not do. */
export function unknownWishes(inputs: JsonObject): string[] {
	return Object.keys(objectAt(inputs, "metadata", "annotations")).filter(
		(name) => name.startsWith("pulumi.com/") && !known.includes(name.slice("pulumi.com/".length)),
	);
}
