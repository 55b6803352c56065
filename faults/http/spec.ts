import { positiveDuration } from "../../api/duration.ts";
import type { ObjectField, ValueOf } from "../../api/field.ts";
import { common, commonFields, commonRules, type FaultKind } from "../../api/kind.ts";
import { namespaceName, objectName } from "../../api/names.ts";
import type { Rule } from "../../api/rule.ts";
import { code, method, patch, replace, texts } from "./message.ts";

/** Which requests, and answers to them. */
const filters = ["port", "path", "method", "request_headers", "tls"] as const;
/** What is done to them. */
const actions = ["abort", "delay", "replace", "patch"] as const;

const key = (description: string) => ({ type: "string", description, maxLength: 253 }) as const;

const tls = {
	type: "object",
	description: "Certificate and key of the server, when the connections are encrypted.",
	fields: {
		secretName: { type: "string", required: true, description: "Name of a Secret.", grammar: objectName },
		secretNamespace: { type: "string", required: true, description: "Its namespace.", grammar: namespaceName },
		certName: { ...key("Which of its entries is the certificate: `tls.crt`."), required: true },
		keyName: { ...key("Which of its entries is the key: `tls.key`."), required: true },
		caName: key("Which of its entries is the certificate of the authority, if one is needed: `ca.crt`."),
	},
} as const satisfies ObjectField;

const notOf = (target: string, field: string): Rule => ({
	when: { field: "target", is: [target] },
	must: { not: { given: field } },
	path: field,
	message: `{value} does not go with target "${target}"; leave ${field} out`,
});

const rules: readonly Rule[] = [
	...commonRules,
	notOf("Request", "replace.code"),
	...["replace.path", "replace.method", "replace.queries", "patch.queries"].map((field) => notOf("Response", field)),
	{
		must: {
			any: [{ field: "abort", is: [true] }, { given: "delay" }, { given: "replace" }, { given: "patch" }],
		},
		path: "abort",
		message: "missing; say what is done by at least one of abort (true), delay, replace and patch",
	},
];

const spec = {
	type: "object",
	required: true,
	description: "Which requests or answers are changed, how, and for how long.",
	fields: {
		...common,
		target: {
			type: "string",
			required: true,
			description: "What is hit: requests on their way to the server, or its answers.",
			enum: ["Request", "Response"],
		},
		port: {
			type: "integer",
			required: true,
			description: "Port that the server in the pod listens on.",
			minimum: 1,
			maximum: 65_535,
		},
		path: {
			type: "string",
			description: "Only requests with this path, and answers to them; `*` stands for any text. Default: all.",
			maxLength: 4096,
		},
		method,
		code,
		request_headers: texts("Only requests with these headers, and answers to them."),
		response_headers: texts("Only answers with these headers."),
		abort: { type: "boolean", description: "Ends the connection instead of passing anything on." },
		delay: {
			type: "string",
			description: "How long the request or answer is held back.",
			grammar: positiveDuration,
		},
		replace,
		patch,
		tls,
	},
	variants: {
		by: "target",
		of: {
			Request: { description: "Changes requests.", needs: [], allows: [] },
			Response: { description: "Changes answers.", needs: [], allows: ["code", "response_headers"] },
		},
		shared: [...commonFields, ...filters, ...actions],
	},
	rules,
} as const satisfies ObjectField;

/** `spec` of an HTTPChaos. */
export type HTTPChaosSpec = ValueOf<typeof spec>;

/** HTTPChaos: requests and answers that are slow, changed or cut off. */
export const httpChaos = {
	kind: "HTTPChaos",
	plural: "httpchaos",
	description: "Requests of HTTP or the answers to them are held back, changed or cut off.",
	spec,
	pending: true,
	traits: { targets: "pod", where: "node", oneShot: false },
} as const satisfies FaultKind;
