import { crds, crdsFolder } from "./crds.ts";
import { format } from "./format.ts";
import { resources, resourcesFolder } from "./resources.ts";
import { sources } from "./sources.ts";

/** Folders that hold generated files only. */
export const folders = [crdsFolder, resourcesFolder];

/** All generated files as they should be, by path from the repository's root. */
export async function generated(): Promise<Map<string, string>> {
	const all = await sources();
	return new Map([...crds(all), ...format(resources(all, new Map()))]);
}
