import type { Selector } from "../api/selector.ts";
import { hasAll, namesPods } from "./match.ts";
import type { Pod } from "./pod.ts";

type Expression = NonNullable<Selector["expressionSelectors"]>[number];

/** What the API server filters a list by, in its own syntax; undefined: everything. */
export type ListQuery = Readonly<{ labelSelector: string | undefined; fieldSelector?: string | undefined }>;

/** The parts of a selector that the API server filters by, as parameters of a list. */
export function podQuery({
	labelSelectors,
	expressionSelectors = [],
	fieldSelectors = {},
}: Pick<Selector, "labelSelectors" | "expressionSelectors" | "fieldSelectors">): ListQuery {
	const fields = Object.entries(fieldSelectors).map(([name, value]) => `${name}=${escaped(value)}`);
	return {
		...labelQuery(labelSelectors, expressionSelectors),
		fieldSelector: fields.length > 0 ? fields.join(",") : undefined,
	};
}

/** How the pods of a selector are listed; all of them where it lists pods by name. */
export interface PodList {
	query: ListQuery;
	/** Whether a pod of that list has the annotations as well, by which the API server does not filter. */
	keeps(pod: Pod): boolean;
}

/** By what to list the pods of a namespace that have the labels, annotations and fields that a selector asks for. */
export function podList(selector: Selector): PodList {
	const { annotationSelectors, ...rest } = namesPods(selector) ? {} : selector;
	return {
		query: podQuery(rest),
		keeps: ({ metadata }) => hasAll(metadata.annotations ?? {}, annotationSelectors),
	};
}

/** Requirements on labels as a parameter of a list. */
export function labelQuery(
	labels: Selector["labelSelectors"] = {},
	expressions: readonly Expression[] = [],
): ListQuery {
	const requirements = [
		...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
		...expressions.map(requirement),
	];
	return { labelSelector: requirements.length > 0 ? requirements.join(",") : undefined };
}

function requirement({ key, operator, values = [] }: Expression): string {
	switch (operator) {
		case "In":
			return `${key} in (${values.join(",")})`;
		case "NotIn":
			return `${key} notin (${values.join(",")})`;
		case "Exists":
			return key;
		case "DoesNotExist":
			return `!${key}`;
	}
}

/** Unlike that of a label, the value of a field may hold the characters that the syntax is made of. */
function escaped(value: string): string {
	return value.replace(/[\\,=]/g, "\\$&");
}
