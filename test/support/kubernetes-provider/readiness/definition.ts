import { textAt } from "../json.ts";
import { condition } from "./pods.ts";
import { type Readiness, readyUnless } from "./verdict.ts";

/** Served: the API server has established the kind. A definition whose names are taken never gets there. */
export const customResourceDefinition: Readiness = {
	judge(object) {
		const names = condition(object, "NamesAccepted");
		if (names["status"] === "False") return { phase: "failed", reasons: [textAt(names, "message")] };
		return readyUnless(condition(object, "Established")["status"] === "True" ? [] : ["it is not established"]);
	},
};
