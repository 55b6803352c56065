import { fillDefaults } from "../../api/defaults.ts";
import { isObject } from "../../api/json.ts";
import type { Kind } from "../../api/kind.ts";
import { additions } from "./json-patch.ts";
import type { AdmissionRequest, Verdict } from "./review.ts";

/** Fills in the defaults that no CRD can give, also in experiments that stand in the spec of another object. */
export function defaulted(kind: Kind, { object: { spec }, namespace }: AdmissionRequest): Verdict {
	// What is no object is refused by the CRD, in its own words.
	if (!isObject(spec)) return { allowed: true };
	return { allowed: true, patch: additions(spec, fillDefaults(kind.spec, spec, namespace), "/spec") };
}
