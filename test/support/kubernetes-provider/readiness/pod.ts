import { textAt } from "../json.ts";
import { isReady, unreadyPods } from "./pods.ts";
import { type Readiness, readyUnless } from "./verdict.ts";

/** Ready, or ended well. A pod that ended badly never gets there. */
export const pod: Readiness = {
	judge(object) {
		if (textAt(object, "status", "phase") === "Failed") return { phase: "failed", reasons: unreadyPods([object]) };
		return readyUnless(isReady(object) ? [] : unreadyPods([object]));
	},
};
