import type { Kind } from "../api/kind.ts";
import { faults, pendingFaults } from "../faults/registry.ts";
import { schedule } from "./schedule.ts";
import { statusCheck } from "./status-check.ts";
import { workflow } from "./workflow.ts";

/** Kinds that make or watch experiments. */
export const orchestrators: readonly Kind[] = [schedule, workflow, statusCheck];

/** All kinds that have a CustomResourceDefinition: faults, and what makes or watches them. */
export const allKinds: readonly Kind[] = [
	...Object.values(faults).map(({ kind }) => kind),
	...Object.values(pendingFaults),
	...orchestrators,
];
