import { textAt } from "../json.ts";
import { condition, podsOf, unreadyPods } from "./pods.ts";
import type { Readiness } from "./verdict.ts";

/** Complete. A failed job never gets there. */
export const job: Readiness = {
	related: podsOf,
	judge(object, pods) {
		if (condition(object, "Complete")["status"] === "True") return { phase: "ready" };
		const failure = condition(object, "Failed");
		if (failure["status"] === "True") {
			return { phase: "failed", reasons: [`${textAt(failure, "reason")}: ${textAt(failure, "message")}`] };
		}
		return { phase: "waiting", reasons: ["it is not complete", ...unreadyPods(pods)] };
	},
};
