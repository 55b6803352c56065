import type { PodInstruction } from "./plan.ts";

/** What of it is done by nodes. */
export const samples: Readonly<Record<string, PodInstruction>> = { "container-kill": { action: "container-kill" } };
