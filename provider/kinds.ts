import type { Kind } from "../api/kind.ts";
import { allKinds } from "../orchestration/kinds.ts";

/** The kinds that the lifecycle knows, by name. */
export const kinds: Readonly<Record<string, Kind>> = Object.fromEntries(allKinds.map((kind) => [kind.kind, kind]));
