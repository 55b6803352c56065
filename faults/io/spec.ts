import { absolutePath } from "../../api/absolute-path.ts";
import { positiveDuration } from "../../api/duration.ts";
import type { ObjectField, ValueOf } from "../../api/field.ts";
import { common, commonFields, commonRules, containerNames, type FaultKind } from "../../api/kind.ts";
import { attributes } from "./attributes.ts";
import { methods } from "./methods.ts";

const mistake = {
	type: "object",
	description: "How data that is read or written is falsified.",
	fields: {
		filling: {
			type: "string",
			description: "What stands in its place: zeros or random bytes; default: zeros.",
			enum: ["zero", "random"],
		},
		maxOccurrences: {
			type: "integer",
			description: "At most how many places of one read or write are falsified, at least one; default: 1.",
			minimum: 1,
			maximum: Number.MAX_SAFE_INTEGER,
		},
		maxLength: {
			type: "integer",
			description: "At most how many bytes each place has; default: 1.",
			minimum: 1,
			maximum: Number.MAX_SAFE_INTEGER,
		},
	},
} as const satisfies ObjectField;

const spec = {
	type: "object",
	required: true,
	description: "Which operations on which files go wrong, how, and for how long.",
	fields: {
		...common,
		containerNames,
		action: {
			type: "string",
			required: true,
			description:
				"What happens to operations: `latency` holds them back, `fault` makes them fail, `attrOverride` tells wrong attributes of files, `mistake` falsifies data.",
			enum: ["latency", "fault", "attrOverride", "mistake"],
		},
		volumePath: {
			type: "string",
			required: true,
			description: "Where the volume is mounted in the container.",
			grammar: absolutePath,
		},
		path: {
			type: "string",
			description:
				"Files that are hit, as a pattern of whole paths: `*` stands for any text without a slash, `**` for any text; default: all of the volume.",
			maxLength: 4096,
		},
		methods: {
			type: "array",
			description: "Operations that are hit, by their names in FUSE; default: all.",
			maxItems: 64,
			items: {
				type: "string",
				description: "An operation.",
				enum: methods,
			},
		},
		percent: {
			type: "integer",
			description: "Percentage of operations that are hit.",
			minimum: 0,
			maximum: 100,
			default: 100,
		},
		delay: { type: "string", description: "How long each operation is held back.", grammar: positiveDuration },
		errno: {
			type: "integer",
			description:
				"Number of the error that operations fail with: 1 not permitted (EPERM), 2 no such file (ENOENT), 5 input or output (EIO), 11 try again (EAGAIN), 12 no memory (ENOMEM), 13 no access (EACCES), 16 busy (EBUSY), 17 exists (EEXIST), 28 no space left (ENOSPC), 30 read-only (EROFS).",
			alias: "Errno",
			minimum: 1,
			maximum: 133,
		},
		attr: attributes,
		mistake,
	},
	variants: {
		by: "action",
		of: {
			latency: { description: "Holds operations back.", needs: ["delay"], allows: [] },
			fault: { description: "Makes operations fail.", needs: ["errno"], allows: [] },
			attrOverride: { description: "Tells wrong attributes of files.", needs: ["attr"], allows: [] },
			mistake: { description: "Falsifies data that is read or written.", needs: ["mistake"], allows: [] },
		},
		shared: [...commonFields, "containerNames", "volumePath", "path", "methods", "percent"],
	},
	rules: commonRules,
} as const satisfies ObjectField;

/** `spec` of an IOChaos. */
export type IOChaosSpec = ValueOf<typeof spec>;

/** IOChaos: files that are slow, fail or lie. */
export const ioChaos = {
	kind: "IOChaos",
	plural: "iochaos",
	description: "Files of containers are slow, fail, or say what is not so.",
	spec,
	pending: true,
	traits: { targets: "container", where: "node", oneShot: false },
} as const satisfies FaultKind;
