import { crds, crdsFolder } from "./crds.ts";
import { statement } from "./examples.ts";
import { format } from "./format.ts";
import { pages, pagesFolder } from "./pages.ts";
import { resources, resourcesFolder } from "./resources.ts";
import { type Source, sources } from "./sources.ts";

/** Folders that hold generated files only. */
export const folders = [crdsFolder, resourcesFolder, pagesFolder];

/** All generated files as they should be, by path from the repository's root. */
export async function generated(): Promise<Map<string, string>> {
	const all = await sources();
	return new Map([...crds(all), ...format(resources(all, docExamples(all))), ...pages(all)]);
}

/** The first example of each kind that has one, formatted, for the doc comment of its class. */
function docExamples(all: readonly Source[]): Map<string, string> {
	const statements = all.flatMap(({ kind, reference }) => {
		const [first] = reference ?? [];
		return first ? [[`${kind.kind}.ts`, statement(kind.kind, first.example)] as const] : [];
	});
	return new Map([...format(new Map(statements))].map(([path, text]) => [path.replace(/\.ts$/, ""), text]));
}
