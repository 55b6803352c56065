import type { Field, ObjectField } from "../../api/field.ts";
import type { Kind } from "../../api/kind.ts";

/** How a value is written: as it is, or as an output. */
export type Wrap = (text: string) => string;

/** Programs that make one experiment of each variant of a kind with every field that it may have, by name. */
export function wholePrograms(kind: Kind, wrap: Wrap): Map<string, string> {
	const { variants } = kind.spec;
	const names = variants ? Object.keys(variants.of) : [undefined];
	return new Map(
		names.map((variant) => {
			const args = variantText(kind.spec, variant, wrap);
			return [[kind.kind, variant].join(" "), `new chaos.${kind.kind}("whole", ${args});`];
		}),
	);
}

function variantText(object: ObjectField, variant: string | undefined, wrap: Wrap): string {
	const { variants, fields } = object;
	const of = variants?.of[variant ?? ""];
	const allowed = of && new Set([...(variants?.shared ?? []), ...of.needs, ...of.allows]);
	const entries = Object.entries(fields).flatMap(([name, field]) => {
		if (variants && name === variants.by) return [`${name}: ${JSON.stringify(variant)}`];
		if (field.refused !== undefined || (allowed && !allowed.has(name))) return [];
		return [`${JSON.stringify(name)}: ${sample(field, wrap)}`];
	});
	return `{ ${entries.join(", ")} }`;
}

/** A value of a field, as the text of a program. */
function sample(field: Field, wrap: Wrap): string {
	switch (field.type) {
		case "string":
			return wrap(JSON.stringify(field.enum?.[0] ?? texts[field.grammar?.type ?? ""] ?? "a"));
		case "integer":
			return wrap(String(field.minimum ?? 1));
		case "boolean":
			return wrap("true");
		case "array":
			return wrap(`[${sample(field.items, wrap)}]`);
		case "map":
			return wrap(`{ a: ${sample(field.values, wrap)} }`);
		case "json":
			return wrap(`{ name: "a" }`);
		case "object":
			return wrap(variantText(field, Object.keys(field.variants?.of ?? {})[0], wrap));
	}
}

/** A right text of each type in api/scalars.ts. */
const texts: Readonly<Record<string, string>> = {
	Duration: "1h30m",
	Decimal: "0.05",
	TimeOffset: "-5m",
	Percentage: "12.5",
	Rate: "1 mbps",
	ByteSize: "256MB",
	StatusCodes: "200-299",
	Cron: "*/5 * * * *",
	HttpUrl: "http://front.shop:8080/health",
	PodPhaseSelector: "!Pending",
};
