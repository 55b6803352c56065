import { stringify } from "yaml";
import { crd } from "../../api/crd.ts";
import type { Source } from "./sources.ts";
import { header } from "./typescript-file.ts";

/** Where the CustomResourceDefinitions are, for `kubectl apply --server-side -f crds/`. */
export const crdsFolder = "crds";

/** The CustomResourceDefinitions as YAML, by path. */
export function crds(all: readonly Source[]): Map<string, string> {
	return new Map(
		all.map(({ kind, file }) => [
			`${crdsFolder}/${kind.plural}.yaml`,
			// No aliases: not every reader of CRDs knows them.
			`# ${header(file)}\n${stringify(crd(kind), { lineWidth: 120, aliasDuplicateObjects: false })}`,
		]),
	);
}
