import type { Field, ObjectField } from "../../api/field.ts";
import type { Grammar } from "../../api/grammar.ts";
import type { Kind } from "../../api/kind.ts";

/**
 * The kind as its CRD says it: grammars mean no more than their expressions, and what is `withoutCel` has no rules. What `check`
 * refuses of a kind and not of its twin, the webhook alone says.
 */
export function crdTwin(kind: Kind): Kind {
	return { ...kind, spec: twinOfObject(kind.spec, true) };
}

function twinOfObject(object: ObjectField, cel: boolean): ObjectField {
	const ruled = cel && object.withoutCel === undefined;
	const fields = Object.fromEntries(Object.entries(object.fields).map(([name, field]) => [name, twinOf(field, ruled)]));
	const { audit: _, ...rest } = object;
	if (ruled) return { ...rest, fields };
	const { variants: __, rules: ___, ...bare } = rest;
	return { ...bare, fields };
}

function twinOf(field: Field, cel: boolean): Field {
	const { refused, ...open } = field;
	if (!cel && refused !== undefined) return twinOf(open, cel);
	switch (field.type) {
		case "string":
			return field.grammar ? { ...field, grammar: twinOfGrammar(field.grammar, cel) } : field;
		case "array":
			return { ...field, items: twinOf(field.items, cel) };
		case "map": {
			const { keys, ...rest } = field;
			const values = twinOf(field.values, cel);
			return cel && keys ? { ...rest, keys: twinOfGrammar(keys, cel), values } : { ...rest, values };
		}
		case "object":
			return twinOfObject(field, cel);
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
