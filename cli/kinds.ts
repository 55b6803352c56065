import type { Kind } from "../api/kind.ts";
import { faults, pendingFaults } from "../faults/registry.ts";

const all: readonly Kind[] = [...Object.values(faults).map(({ kind }) => kind), ...Object.values(pendingFaults)];

/** All kinds that have a class in the package, by name. */
export const kinds: ReadonlyMap<string, Kind> = new Map(all.map((kind) => [kind.kind, kind]));
