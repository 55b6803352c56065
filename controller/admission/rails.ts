import type { FaultKind, Kind } from "../../api/kind.ts";
import { describeProblems } from "../../api/problem.ts";
import { judge } from "../../guard-rails/judge.ts";
import type { GuardRails } from "../guard-rails.ts";
import type { AdmissionRequest, Verdict } from "./review.ts";

/** What an object is held against. */
export interface RailsOptions {
	rails: Pick<GuardRails, "inForce" | "synced">;
	/** How long an experiment without a duration runs, ms. */
	defaultDurationMs: number;
	/** Now, ms since the epoch; default: by the system's clock. */
	now?: () => number;
}

/**
 * Admits an experiment that is within the guard rails, as far as that can be said before its targets are chosen. What makes experiments
 * passes: each of those is asked about when it is made.
 */
export function withinRails(
	kind: Kind,
	spec: Readonly<Record<string, unknown>>,
	{ namespace, object }: AdmissionRequest,
	{ rails, defaultDurationMs, now = Date.now }: RailsOptions,
): Verdict {
	if (!rails.synced) {
		const message = "it is not known yet which guard rails there are; try again";
		return { allowed: false, code: 500, reason: "InternalError", message };
	}
	if (!isFault(kind)) return { allowed: true };
	const annotations = object.metadata?.annotations ?? {};
	const asked = { kind, namespace, spec, annotations, begins: now(), defaultDurationMs, isUnknown: () => false };
	const problems = judge(rails.inForce, asked);
	if (problems.length === 0) return { allowed: true };
	return { allowed: false, code: 422, reason: "Invalid", message: describeProblems(problems) };
}

function isFault(kind: Kind): kind is FaultKind {
	return "traits" in kind;
}
