import fc, { type Arbitrary } from "fast-check";
import { byteSize } from "../../api/byte-size.ts";
import { cron } from "../../api/cron.ts";
import type { Field, MapField, ObjectField, StringField } from "../../api/field.ts";
import type { Grammar } from "../../api/grammar.ts";
import { jsonText } from "../../api/json-text.ts";
import { checkRules } from "../../api/rule.ts";
import { rulesOfObject } from "../../api/rules.ts";
import { value as modeValue } from "../../api/selector.ts";
import { httpUrl } from "../../api/url.ts";
import { externalTarget } from "../../faults/network/external-target.ts";
import { stressngText } from "../../faults/stress/stressng-text.ts";

const made = new WeakMap<Field, Arbitrary<unknown>>();

/** Values that mostly fit a schema: right in shape, with the fields of one variant; some break a rule or the end of a grammar. */
export function valuesOf(field: Field): Arbitrary<unknown> {
	// Expressions are dear to prepare.
	const known = made.get(field) ?? makeValues(field);
	made.set(field, known);
	return known;
}

function makeValues(field: Field): Arbitrary<unknown> {
	switch (field.type) {
		case "string":
			return textsOf(field);
		case "integer":
			return fc.integer({ min: field.minimum ?? -1000, max: field.maximum ?? 1000 });
		case "boolean":
			return fc.boolean();
		case "array":
			return fc.array(valuesOf(field.items), {
				minLength: field.minItems ?? 0,
				maxLength: Math.min(field.maxItems, 3),
			});
		case "map":
			return mapsOf(field);
		case "object":
			return ruledObjectsOf(field);
		case "json":
			return fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 5 }), {
				maxKeys: 2,
				noNullPrototype: true,
			});
	}
}

const inGrammar = new Map<string, Arbitrary<string>>();

/** Texts that match the expression of a grammar, whether it accepts them or not. */
export function textsIn({ pattern, maxLength }: Grammar): Arbitrary<string> {
	const known =
		inGrammar.get(pattern) ??
		fc.stringMatching(new RegExp(pattern), { size: "small" }).filter((text) => text.length <= maxLength);
	inGrammar.set(pattern, known);
	return known;
}

/** How the entries of a list are described that only go together. */
const stressOption = "An option, or the value of one.";

/** Texts that grammars accept whose expressions say little about them, and of a field that depends on another. */
const samples: Readonly<Record<string, readonly string[]>> = {
	[externalTarget.name]: ["10.0.0.1", "10.0.0.0/8", "2001:db8::/32", "10.0.0.1:443", "api.example.com:443"],
	[cron.name]: ["* * * * *", "*/5 0-6 1,15 JAN MON-FRI", "@every 90s", "TZ=UTC @daily"],
	[jsonText.name]: ["{}", "null", '{"a": [1]}'],
	[httpUrl.name]: ["http://front.shop:8080/health?a=b"],
	[byteSize.name]: ["256MB", "50%", "1.5 GiB", ""],
	[modeValue.description]: ["1", "+2", "50"],
	[stressngText.name]: ["--matrix 2 --matrix-size=64", "--vm 1 --vm-bytes 50% --vm-keep", ""],
	[stressOption]: ["--cpu-method", "fft", "--cpu-method=sqrt", "--time=30s", "30s"],
};

function textsOf(field: StringField): Arbitrary<string> {
	if (field.enum) return fc.constantFrom(...field.enum);
	const { grammar, maxLength = 8, description } = field;
	const any = grammar ? textsIn(grammar) : fc.string({ maxLength: Math.min(maxLength, 8) });
	const good = samples[grammar?.name ?? description];
	return good ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: any }) : any;
}

function mapsOf({ keys, values }: MapField): Arbitrary<unknown> {
	const names = keys ? textsIn(keys) : fc.string({ minLength: 1, maxLength: 8 });
	return fc.dictionary(names, valuesOf(values), { maxKeys: 2, noNullPrototype: true });
}

function ruledObjectsOf(field: ObjectField): Arbitrary<unknown> {
	const any = field.audit ? objectsOf(field).map(connected) : objectsOf(field);
	const rules = rulesOfObject(field);
	const holds = (value: unknown): boolean =>
		checkRules(rules, value as Record<string, unknown>, "", () => false).length === 0;
	return fc.oneof({ weight: 9, arbitrary: any.filter(holds) }, { weight: 1, arbitrary: any });
}

function objectsOf({ fields, variants }: ObjectField): Arbitrary<unknown> {
	const required = (name: string): boolean => fields[name]?.required === true;
	if (!variants) return recordOf(fields, () => true, required);
	const { by, of, shared } = variants;
	const arbitraries = Object.entries(of).map(([name, { needs, allows }]) => {
		const fits = new Set([...shared, ...needs, ...allows]);
		const rest = recordOf(
			fields,
			(field) => fits.has(field) && field !== by,
			(field) => required(field) || needs.includes(field),
		);
		return rest.map((object) => ({ [by]: name, ...object }));
	});
	return fc.oneof(...arbitraries);
}

/** A workflow whose templates have names of their own and refer to none but those behind them; anything else as it is. */
function connected(workflow: unknown): unknown {
	const { templates } = workflow as { templates?: Record<string, unknown>[] };
	if (!templates) return workflow;
	const named = templates.map((template, index) => {
		const last = index === templates.length - 1;
		const name = `step-${index}`;
		const next = `step-${index + 1}`;
		const { children, conditionalBranches, ...rest } = template;
		return {
			...rest,
			name,
			...(Array.isArray(children) && { children: last ? [] : [next] }),
			...(Array.isArray(conditionalBranches) && { conditionalBranches: last ? [] : [{ target: next }] }),
		};
	});
	return { entry: "step-0", templates: named };
}

function recordOf(
	fields: ObjectField["fields"],
	fits: (name: string) => boolean,
	needed: (name: string) => boolean,
): Arbitrary<Record<string, unknown>> {
	const names = Object.keys(fields).filter((name) => fits(name) && fields[name]?.refused === undefined);
	const model = Object.fromEntries(names.map((name) => [name, valuesOf(fields[name] as Field)]));
	return fc.record(model, { requiredKeys: names.filter(needed), noNullPrototype: true });
}
