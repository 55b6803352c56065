import type { Field, ObjectField } from "../../api/field.ts";
import type { Kind } from "../../api/kind.ts";

/** A kind as it will be when everything in it can be injected: neither it nor a variant of anything in it is pending. */
export function ready({ pending: _, ...kind }: Kind): Kind {
	return { ...kind, spec: readyObject(kind.spec) };
}

function readyObject(object: ObjectField): ObjectField {
	const fields = mapValues(object.fields, readyField);
	const { variants } = object;
	if (!variants) return { ...object, fields };
	const of = mapValues(variants.of, ({ pending: _, ...variant }) => variant);
	return { ...object, fields, variants: { ...variants, of } };
}

function readyField(field: Field): Field {
	switch (field.type) {
		case "object":
			return readyObject(field);
		case "array":
			return { ...field, items: readyField(field.items) };
		case "map":
			return { ...field, values: readyField(field.values) };
		default:
			return field;
	}
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
	return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
