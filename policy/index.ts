import {
	type PolicyConfigSchema,
	PolicyPack,
	type ResourceValidationPolicy,
	type StackValidationPolicy,
} from "@pulumi/policy";
import * as chaos from "pulumi-chaos/policies";

const withinGuardRails: ResourceValidationPolicy = {
	name: "guard-rails",
	description: "An experiment does no more than the guard rails in the pack's configuration allow.",
	configSchema: { properties: chaos.policyRails } as PolicyConfigSchema,
	validateResource: (args, report) => {
		const experiment = chaos.experimentIn(args);
		if (!experiment) return;
		for (const sentence of chaos.beyondRails(args.getConfig<chaos.PolicyRails>(), experiment)) report(sentence);
	},
};

const notTooMuchTogether: StackValidationPolicy = {
	name: "faults-together",
	description: "All faults of a stack together hit no more of a workload than may be lost.",
	configSchema: {
		properties: {
			maxShare: { type: "integer", minimum: 1, description: "Percent of the pods of one selector.", default: 100 },
			maxTargets: { type: "integer", minimum: 1, description: "Pods of one selector, where experiments say a number." },
		},
	},
	validateStack: ({ resources, getConfig }, report) => {
		const experiments = resources.flatMap((resource) => chaos.experimentIn(resource) ?? []);
		for (const { message, urn } of chaos.tooMuchTogether(experiments, getConfig())) report(message, urn);
	},
};

const oneFaultOnAPod: StackValidationPolicy = {
	name: "one-fault-on-a-pod",
	description: "No two experiments of a stack hit the same pods at the same time.",
	validateStack: ({ resources }, report) => {
		const experiments = resources.flatMap((resource) => chaos.experimentIn(resource) ?? []);
		for (const { message, urn } of chaos.onSamePods(experiments)) report(message, urn);
	},
};

new PolicyPack("pulumi-chaos", {
	enforcementLevel: "mandatory",
	policies: [withinGuardRails, notTooMuchTogether, oneFaultOnAPod],
});
