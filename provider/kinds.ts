import type { Kind } from "../api/kind.ts";
import { networkChaos } from "../faults/network/spec.ts";

/** The kinds that have a class of their own here, by name. */
export const kinds: Readonly<Record<string, Kind>> = { NetworkChaos: networkChaos };
