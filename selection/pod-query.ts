import type { Selector } from "../api/selector.ts";

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
