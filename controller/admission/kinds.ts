import type { Kind } from "../../api/kind.ts";
import { faults, pendingFaults } from "../../faults/registry.ts";

/** All kinds whose objects are admitted or refused here, those that nothing runs yet among them. */
export const admittedKinds: readonly Kind[] = [
	...Object.values(faults).map(({ kind }) => kind),
	...Object.values(pendingFaults),
];
