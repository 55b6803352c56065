import { describe, expect, it } from "vitest";
import { celRules } from "../../api/cel.ts";
import { networkChaos } from "../../faults/network/spec.ts";
import { podChaos } from "../../faults/pod/spec.ts";

describe("celRules", () => {
	it("says which fields a variant needs and which do not go with it", () => {
		const rules = celRules(podChaos.spec);
		expect(rules).toContainEqual({
			rule: "!(has(self.action) && self.action in ['container-kill']) || (has(self.containerNames) && size(self.containerNames) > 0)",
			message: 'missing; action "container-kill" needs it',
			fieldPath: ".containerNames",
		});
		expect(rules.map(({ message }) => message)).toContain(
			'does not go with action "pod-failure"; leave gracePeriod out',
		);
	});

	it("quotes the value of a text", () => {
		const rule = celRules(networkChaos.spec).find(({ message }) => message.includes("number of pods"));
		expect(rule?.messageExpression).toContain("(has(self.value) ? '\"' + self.value + '\"' : 'nothing')");
	});
});
