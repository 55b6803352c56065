import type { Field, ObjectField } from "../../api/field.ts";
import type { Grammar } from "../../api/grammar.ts";
import type { Kind } from "../../api/kind.ts";

/**
 * The kind as its CRD says it: grammars mean no more than their expressions, and what is `withoutCel` has no rules. What `check`
 * refuses of a kind and not of its twin, the webhook alone says.
 */
export function crdTwin(kind: Kind): Kind {
	return { ...kind, spec: twinOfObject(kind.spec, { cel: true, inside: kind.holdsKinds === true }) };
}

/** As `SchemaOptions` of api/json-schema.ts. */
interface Options {
	cel: boolean;
	inside: boolean;
}

function twinOfObject(object: ObjectField, { cel, inside }: Options): ObjectField {
	const ruled = cel && object.withoutCel === undefined;
	const options = { cel: ruled, inside };
	const fields = Object.fromEntries(
		Object.entries(object.fields).map(([name, field]) => [name, twinOf(field, options)]),
	);
	const { audit: _, ...rest } = object;
	if (ruled) return { ...rest, fields };
	const { variants: __, rules: ___, ...bare } = rest;
	return { ...bare, fields };
}

function twinOf(field: Field, options: Options): Field {
	const { cel, inside } = options;
	const { refused, ...open } = field;
	if (!cel && refused !== undefined) return twinOf(open, options);
	switch (field.type) {
		case "string":
			return field.grammar ? { ...field, grammar: twinOfGrammar(field.grammar, cel) } : field;
		case "array": {
			const items = twinOf(field.items, options);
			const { keyedBy: _, ...unkeyed } = field;
			return items.type === "json" ? { ...unkeyed, items } : { ...field, items };
		}
		case "map": {
			const { keys, ...rest } = field;
			const values = twinOf(field.values, options);
			return cel && keys ? { ...rest, keys: twinOfGrammar(keys, cel), values } : { ...rest, values };
		}
		case "object":
			if (!inside || field.openInside === undefined) return twinOfObject(field, options);
			return { type: "json", description: field.description, reason: field.openInside };
		default:
			return field;
	}
}

function twinOfGrammar(grammar: Grammar, cel: boolean): Grammar {
	return { ...grammar, accepts: (text) => matches(grammar, text, cel) };
}

function matches({ pattern, also }: Grammar, text: string, cel: boolean): boolean {
	return [pattern, ...(cel && also !== undefined ? [also] : [])].every((one) => new RegExp(one).test(text));
}
