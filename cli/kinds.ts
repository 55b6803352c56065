import type { Kind } from "../api/kind.ts";
import { allKinds } from "../orchestration/kinds.ts";

/** All kinds that have a class in the package, by name. */
export const kinds: ReadonlyMap<string, Kind> = new Map(allKinds.map((kind) => [kind.kind, kind]));
