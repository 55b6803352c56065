import { positiveDuration } from "../api/duration.ts";
import type { ObjectField } from "../api/field.ts";
import { labelKey, labelValue, objectName } from "../api/names.ts";
import type { Rule } from "../api/rule.ts";
import type { Variant } from "../api/variants.ts";
import { embedded, embeddedFields, embeddedVariants } from "./embedded.ts";
import { scheduleSpec } from "./schedule-spec.ts";
import { statusCheckSpec } from "./status-check.ts";

const task = {
	type: "object",
	description: "A pod that is run to its end.",
	fields: {
		container: {
			type: "json",
			required: true,
			description: "Its container, as in the spec of a pod.",
			reason: "a container is Kubernetes' own, and has hundreds of fields",
		},
		volumes: {
			type: "array",
			description: "Its volumes, as in the spec of a pod.",
			maxItems: 64,
			items: {
				type: "json",
				description: "A volume.",
				reason: "a volume is Kubernetes' own, and has hundreds of fields",
			},
		},
		labels: {
			type: "map",
			description: "Labels of the pod.",
			maxProperties: 64,
			keys: labelKey,
			values: { type: "string", description: "Value of the label.", grammar: labelValue },
		},
	},
} as const satisfies ObjectField;

const templateName = { type: "string", description: "Name of a template.", grammar: objectName } as const;

const variants: Readonly<Record<string, Variant>> = {
	Serial: { description: "Runs its children one after the other.", needs: [], allows: ["children"] },
	Parallel: { description: "Runs its children at once.", needs: [], allows: ["children"] },
	Suspend: { description: "Waits until its deadline.", needs: ["deadline"], allows: [] },
	Task: {
		description: "Runs a pod, and then the branches whose expressions are true.",
		needs: ["task"],
		allows: ["conditionalBranches"],
	},
	StatusCheck: {
		description: "Asks whether the system is well.",
		needs: ["statusCheck"],
		allows: ["abortWithStatusCheck"],
	},
	Schedule: {
		description: "Makes experiments again and again until its deadline.",
		needs: ["schedule"],
		allows: [],
	},
	...embeddedVariants,
};

/** The deadline of the template ends an experiment; two ends would contradict each other. */
const durations = embedded.map(
	({ key }): Rule => ({
		must: { not: { given: `${key}.duration` } },
		path: `${key}.duration`,
		message: "{value} can't stand in a workflow; use the deadline of the template",
	}),
);

/** A step of a Workflow. */
export const template = {
	type: "object",
	description: "A step, which others refer to by its name.",
	fields: {
		name: { ...templateName, required: true, description: "Its name." },
		templateType: {
			type: "string",
			required: true,
			description: "What the step does; what it needs for that stands in a field of its own.",
			enum: Object.keys(variants),
		},
		deadline: {
			type: "string",
			description: "How long the step may take; an experiment lasts until then.",
			grammar: positiveDuration,
		},
		children: {
			type: "array",
			description: "Names of the templates that are run.",
			maxItems: 256,
			items: templateName,
		},
		task,
		conditionalBranches: {
			type: "array",
			description: "What is run after the pod of a task.",
			maxItems: 64,
			items: {
				type: "object",
				description: "A template, and when it is run.",
				fields: {
					target: { ...templateName, required: true, description: "Name of the template." },
					expression: {
						type: "string",
						description:
							"When: a comparison with `exitCode` and `stdout` of the task, such as `exitCode == 0`; default: always.",
						maxLength: 4096,
					},
				},
			},
		},
		statusCheck: statusCheckSpec,
		abortWithStatusCheck: {
			type: "boolean",
			description: "Ends the whole workflow when the system is not well; default: false.",
		},
		schedule: scheduleSpec,
		...embeddedFields,
	},
	variants: { by: "templateType", of: variants, shared: ["name", "deadline"] },
	rules: durations,
} satisfies ObjectField;
