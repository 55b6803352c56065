/** Where what concerns helpers is on the node. */
export interface HelperPlaces {
	/** Folder of the node, which outlives the daemon's container: where helpers are found again. */
	state: string;
	/** Folder of the helpers' programs, each `<name>.mjs`. */
	programs: string;
}

let places: HelperPlaces | undefined;

/** Says where helpers are, for as long as the process lives; before any is asked for. */
export function placeHelpers(where: HelperPlaces): void {
	places = where;
}

/** Where helpers are. Throws when nobody has said so. */
export function helperPlaces(): HelperPlaces {
	if (!places) throw new Error("where helpers are is not known: placeHelpers was not called");
	return places;
}
