import { checkField } from "../api/check.ts";
import { type InjectRequest, type LeaseRequest, leaseSeconds, type RecoverRequest } from "../api/daemon-api.ts";
import type { ObjectField, StringField } from "../api/field.ts";
import { namespaceName, objectName } from "../api/names.ts";
import { describeProblems, type Problem, quote } from "../api/problem.ts";
import { faults } from "../faults/registry.ts";

/** Those that nodes do something for. */
const kinds = Object.keys(faults).filter((kind) => faults[kind]?.injector);

/** Most items of one call: more than pods fit on a node. */
const maxItems = 4096;

function matching(description: string, name: string, pattern: RegExp, hint: string): StringField & { required: true } {
	const grammar = {
		name,
		hint,
		pattern: pattern.source,
		maxLength: 256,
		accepts: (text: string) => pattern.test(text),
	};
	return { type: "string", required: true, description, grammar };
}

const id = matching("Id of the injection.", "an injection id", /^[0-9a-f]{16}$/, "use 16 hexadecimal digits");
const uid = (of: string): StringField & { required: true } =>
	matching(`Uid of the ${of}.`, "a uid", /^[A-Za-z0-9-]{1,64}$/, "use letters, digits and '-'");

const epoch = {
	type: "integer",
	required: true,
	description: "Epoch of the controller that leads.",
	minimum: 1,
	maximum: 2 ** 31 - 1,
} as const;

const leaseMs = {
	type: "integer",
	required: true,
	description: "Milliseconds for which the node keeps its faults without another word.",
	minimum: 1,
	maximum: leaseSeconds.most * 1000,
} as const;

const item = {
	type: "object",
	description: "One fault to put on one target, but its instruction, which is the kind's own.",
	fields: {
		id,
		experiment: uid("experiment"),
		kind: { type: "string", required: true, description: "Kind of the fault.", enum: kinds },
		target: {
			type: "object",
			required: true,
			description: "A pod of this node.",
			fields: {
				namespace: { type: "string", required: true, description: "Its namespace.", grammar: namespaceName },
				pod: { type: "string", required: true, description: "Its name.", grammar: objectName },
				podUid: uid("pod"),
				containers: {
					type: "array",
					required: true,
					description: "Its containers.",
					maxItems: 256,
					items: {
						type: "object",
						description: "A container.",
						fields: {
							name: { type: "string", required: true, description: "Its name.", maxLength: 253 },
							id: matching(
								"Its id.",
								"the id of a container",
								/^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9_-]+$/,
								'use the runtime\'s name and its id, such as "containerd://4f6..."',
							),
						},
					},
				},
				container: { type: "string", description: "Name of the container that is hit.", maxLength: 253 },
			},
		},
		expiresInMs: {
			type: "integer",
			required: true,
			description: "Milliseconds after which the node takes the fault out by itself.",
			minimum: 1,
			maximum: 2 ** 43,
		},
	},
} as const satisfies ObjectField;

const injectRequest: ObjectField = {
	type: "object",
	description: "A batch of faults to put in place.",
	fields: {
		epoch,
		leaseMs,
		items: { type: "array", required: true, description: "The faults.", maxItems, items: item },
	},
};

const recoverRequest: ObjectField = {
	type: "object",
	description: "A batch of faults to take out.",
	fields: { epoch, ids: { type: "array", required: true, description: "Their ids.", maxItems, items: id } },
};

const leaseRequest: ObjectField = {
	type: "object",
	description: "More time for all faults of the node.",
	fields: { epoch, leaseMs },
};

/** A request that is not what it must be; the message names each path. */
export class BadRequestError extends Error {
	override name = "BadRequestError";
}

/** Checks the body of an inject call; throws a BadRequestError. The instruction is checked by the kind's injector. */
export function injectRequestOf(body: unknown): InjectRequest {
	refuse(checkField(injectRequest, withoutInstructions(body), ""));
	const request = body as InjectRequest;
	refuse([
		...repeated(
			request.items.map((each) => each.id),
			(index) => `items[${index}].id`,
		),
		...request.items.flatMap(({ instruction }, index) =>
			instruction === undefined ? [{ path: `items[${index}].instruction`, message: "missing" }] : [],
		),
	]);
	return request;
}

/** Checks the body of a recover call; throws a BadRequestError. */
export function recoverRequestOf(body: unknown): RecoverRequest {
	refuse(checkField(recoverRequest, body, ""));
	const request = body as RecoverRequest;
	refuse(repeated(request.ids, (index) => `ids[${index}]`));
	return request;
}

/** Checks the body of a lease call; throws a BadRequestError. */
export function leaseRequestOf(body: unknown): LeaseRequest {
	refuse(checkField(leaseRequest, body, ""));
	return body as LeaseRequest;
}

function withoutInstructions(body: unknown): unknown {
	const { items, ...others } = Object(body) as { items?: unknown };
	if (!Array.isArray(items)) return body;
	const strip = (each: unknown): unknown => {
		if (typeof each !== "object" || each === null) return each;
		const { instruction: _, ...rest } = each as Record<string, unknown>;
		return rest;
	};
	return { ...others, items: items.map(strip) };
}

function repeated(ids: readonly string[], path: (index: number) => string): Problem[] {
	return ids.flatMap((each, index) =>
		ids.indexOf(each) < index ? [{ path: path(index), message: `${quote(each)} stands twice in one call` }] : [],
	);
}

function refuse(problems: readonly Problem[]): void {
	if (problems.length === 0) return;
	const first = problems.slice(0, 10).map((problem) => ({ ...problem, path: problem.path || "body" }));
	const more = problems.length - first.length;
	throw new BadRequestError(describeProblems(first) + (more > 0 ? `\nand ${more} more` : ""));
}
