import { isIP } from "node:net";
import { criteria, numberCriteria } from "./criteria.ts";
import type { Field, ObjectField } from "./field.ts";
import type { Grammar } from "./grammar.ts";
import { httpRequest } from "./http-request.ts";
import { labelKey, labelValue, namespaceName, objectName } from "./names.ts";
import { statusCodes } from "./status-code.ts";
import { httpUrl } from "./url.ts";

const host: Grammar = {
	name: "a host",
	hint: 'write a name such as "front.shop" (a Service, with its namespace) or "api.example.com", or an IP address',
	pattern: "^[A-Za-z0-9:]([A-Za-z0-9:._-]*[A-Za-z0-9:.])?$",
	maxLength: 253,
	inexact: "how an address is written",
	accepts: (text) => isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9.])?$/.test(text),
};

const hostAndPort = {
	host: { type: "string", required: true, description: "Name or address of the host.", grammar: host },
	port: { type: "integer", required: true, description: "Its port.", minimum: 1, maximum: 65_535 },
} as const satisfies Record<string, Field>;

const namespace = {
	type: "string",
	description: "Its namespace; default: that of the experiment, or of the Probe.",
	grammar: namespaceName,
} as const satisfies Field;

const http = {
	type: "object",
	description: "The request that is sent, and what its answer must be. Redirects are answers like others.",
	fields: {
		...httpRequest,
		insecureSkipVerify: {
			type: "boolean",
			description: "Takes any certificate of the server; default: only one of a public authority for its name.",
		},
		criteria: {
			type: "object",
			description: "What the answer must be.",
			fields: {
				statusCode: {
					type: "string",
					description: "Its status code: one, or a range with both ends in it.",
					grammar: statusCodes,
					default: "200-299",
				},
				body: { ...criteria, description: "What its body must be; the first 64 KiB of it are looked at." },
			},
		},
	},
} as const satisfies ObjectField;

const command = {
	type: "object",
	description: "What is run in which pod, and how it must end.",
	fields: {
		namespace: { ...namespace, description: "Namespace of the pod; default: that of the experiment, or of the Probe." },
		pod: { type: "string", description: "Name of the pod.", grammar: objectName },
		labelSelectors: {
			type: "map",
			description: "Labels of the pod, in place of its name: of the running ones with all of them the first by name.",
			maxProperties: 64,
			keys: labelKey,
			values: { type: "string", description: "Value of the label.", grammar: labelValue },
		},
		container: { type: "string", description: "Its container; default: the first one.", grammar: namespaceName },
		command: {
			type: "array",
			required: true,
			description: "The program and its arguments. There is no shell, unless it is the program.",
			minItems: 1,
			maxItems: 64,
			items: { type: "string", description: "The program, or an argument.", maxLength: 4096 },
		},
		exitCode: { type: "integer", description: "How it must end.", minimum: 0, maximum: 255, default: 0 },
		criteria: {
			...criteria,
			description: "What it must print to its standard output, without blanks at both ends; the first 64 KiB count.",
		},
	},
	rules: [
		{
			must: { any: [{ given: "pod" }, { given: "labelSelectors" }] },
			path: "pod",
			message: "missing; say which pod by pod or labelSelectors",
		},
		{
			when: { given: "pod" },
			must: { not: { given: "labelSelectors" } },
			path: "labelSelectors",
			message: "{value} does not go with pod; leave one of them out",
		},
	],
} as const satisfies ObjectField;

const fieldPath: Grammar = {
	name: "the path of a field",
	hint: 'write it such as "status.readyReplicas", "spec.containers[0].image" or "metadata.labels["app.kubernetes.io/name"]"',
	pattern: '^[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*|\\[[0-9]{1,6}\\]|\\["[^"\\[\\]]+"\\])*$',
	maxLength: 512,
	accepts: (text) => new RegExp(fieldPath.pattern).test(text),
};

const object = {
	type: "object",
	description:
		"Which object of Kubernetes is read, and what must be true of it; when nothing is said, it must be there.",
	fields: {
		apiVersion: {
			type: "string",
			required: true,
			description: "Its `apiVersion`: `apps/v1`.",
			maxLength: 317,
		},
		kind: { type: "string", required: true, description: "Its kind: `Deployment`.", maxLength: 63 },
		namespace: {
			...namespace,
			description: "Its namespace, if it has one; default: that of the experiment, or of the Probe.",
		},
		name: { type: "string", required: true, description: "Its name.", grammar: objectName },
		condition: {
			type: "string",
			description:
				"Type of one of its conditions, whose status is looked at: `Available`. It must be `True` by default.",
			maxLength: 317,
		},
		field: { type: "string", description: "A field of it that is looked at.", grammar: fieldPath },
		criteria: { ...criteria, description: "What field or condition must be; default for a field: there." },
	},
	rules: [
		{
			must: { not: { field: "kind", is: ["Secret"] } },
			path: "kind",
			message: "{value} can't be looked at by a probe: what it holds would come into the status",
		},
		{
			when: { given: "condition" },
			must: { not: { given: "field" } },
			path: "field",
			message: "{value} does not go with condition; leave one of them out",
		},
		{
			when: { given: "criteria" },
			must: { any: [{ given: "field" }, { given: "condition" }] },
			path: "field",
			message: "missing; criteria need a field or a condition",
		},
	],
} as const satisfies ObjectField;

const prometheus = {
	type: "object",
	description: "What Prometheus is asked, and what the number that it answers must be.",
	fields: {
		url: {
			type: "string",
			required: true,
			description: "Where its API is, without `/api/v1`: `http://prometheus.monitoring:9090`.",
			grammar: httpUrl,
		},
		query: {
			type: "string",
			required: true,
			description: "A query that comes to one number: a scalar, or a vector of one element.",
			maxLength: 4096,
		},
		criteria: { ...numberCriteria, required: true },
	},
} as const satisfies ObjectField;

/** What is looked at, by type of probe; each under a field of its name. */
export const probeTypes = {
	http,
	tcp: {
		type: "object",
		description: "Where a connection must come about.",
		fields: hostAndPort,
	},
	grpc: {
		type: "object",
		description: "Which server is asked by the health protocol of gRPC, without TLS; it must answer `SERVING`.",
		fields: {
			...hostAndPort,
			service: { type: "string", description: "Name of the service; default: the whole server.", maxLength: 253 },
		},
	},
	command,
	object,
	prometheus,
} as const satisfies Record<string, ObjectField>;
