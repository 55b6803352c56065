import { textAt } from "../json.ts";
import { type Readiness, readyUnless } from "./verdict.ts";

/** Active, and not on its way out. */
export const namespace: Readiness = {
	judge(object) {
		const phase = textAt(object, "status", "phase");
		return readyUnless(phase === "Active" ? [] : [`its phase is ${phase || "not set"}`]);
	},
};
