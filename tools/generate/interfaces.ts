import type { Field, ObjectField } from "../../api/field.ts";
import { describe, docComment } from "./doc-comment.ts";
import { pascal, singular } from "./names.ts";

/** Where a type that several files use is defined. */
export interface Home {
	/** `Selector`. */
	readonly name: string;
	/** File without its ending: `selector`. */
	readonly file: string;
}

/**
 * Types that have a home, by the `fields` of an object or the `enum` of a text: a schema that is used in two places may describe
 * itself in other words, but not hold anything else.
 */
export type Homes = ReadonlyMap<object, Home>;

/** Writes the TypeScript types of schemas into one file; objects become interfaces with names of their own. */
export class Interfaces {
	/** The declarations so far. */
	readonly declarations: string[] = [];
	/** What they need of other files: names by module. */
	readonly imports = new Map<string, Set<string>>();
	private readonly homes: Homes;
	private readonly here: string;
	private readonly written = new Map<ObjectField["fields"], string>();

	/** @param here - the file that is written, without its ending */
	constructor(homes: Homes, here: string) {
		this.homes = homes;
		this.here = here;
	}

	/** Notes that a name of another module is used; `type` before it says that it is one. */
	need(module: string, name: string): void {
		this.imports.set(module, (this.imports.get(module) ?? new Set()).add(name));
	}

	/**
	 * Declares an object: an interface, or one for each variant and their union.
	 *
	 * @param suffix - comes after the name of each
	 * @returns the names of the interfaces
	 */
	declare(object: ObjectField, name: string, suffix = ""): string[] {
		this.written.set(object.fields, name + suffix);
		// Its place is before those of the objects in it, which are found while it is written.
		const at = this.declarations.push("") - 1;
		const { variants, fields } = object;
		if (!variants) {
			const members = Object.entries(fields).map(([key, field]) => this.member(name, key, field, field.required));
			this.declarations[at] = declaration(name + suffix, [object.description], members);
			return [name + suffix];
		}
		const parts = Object.entries(variants.of).map(([value, variant]) => {
			const allowed = new Set([...variants.shared, ...variant.needs, ...variant.allows]);
			const members = Object.entries(fields)
				.filter(([key]) => allowed.has(key) && key !== variants.by)
				.map(([key, field]) => this.member(name, key, field, field.required || variant.needs.includes(key)));
			// Never an output: with one, fields of another variant would compile.
			members.unshift(`${docComment(variant.description)}\n${quoted(variants.by)}: ${JSON.stringify(value)};`);
			const title = `\`${variants.by}: ${JSON.stringify(value)}\`: ${variant.description}`;
			const pending = variant.pending ? "This version of pulumi-chaos can't do it yet." : "";
			const part = `${name}${pascal(value)}${suffix}`;
			return { part, text: declaration(part, [title, pending], members) };
		});
		const names = parts.map(({ part }) => part);
		this.declarations[at] = [
			`${docComment(object.description)}\nexport type ${name}${suffix} = ${names.join(" | ")};`,
			...parts.map(({ text }) => text),
		].join("\n\n");
		return names;
	}

	/** Declares the type of a text that is one of several. */
	declareEnum({ description, enum: values }: { description: string; enum: readonly string[] }, name: string): void {
		this.declarations.push(`${docComment(description)}\nexport type ${name} = ${oneOf(values)};`);
	}

	private member(owner: string, key: string, field: Field, needed: boolean | undefined): string {
		if (field.refused !== undefined) return "";
		const type = this.input(field, owner + pascal(key));
		return `${docComment(describe(field))}\n${quoted(key)}${needed ? `: ${type}` : `?: ${type} | undefined`};`;
	}

	/** A plain value or an output, on every level. */
	private input(field: Field, name: string): string {
		return `${this.imported("@pulumi/pulumi", "Input")}<${this.value(field, name)}>`;
	}

	private imported(module: string, type: string): string {
		this.need(module, `type ${type}`);
		return type;
	}

	private value(field: Field, name: string): string {
		switch (field.type) {
			case "string":
				if (field.enum) return this.homed(field.enum) ?? oneOf(field.enum);
				return field.grammar?.type ? this.imported("../../api/scalars.ts", field.grammar.type) : "string";
			case "integer":
				return "number";
			case "boolean":
				return "boolean";
			case "array":
				return `readonly ${this.input(field.items, singular(name))}[]`;
			case "map":
				return `Record<string, ${this.input(field.values, singular(name))}>`;
			case "json":
				return "object";
			case "object":
				return this.nested(field, name);
		}
	}

	private nested(object: ObjectField, name: string): string {
		const known = this.homed(object.fields) ?? this.written.get(object.fields);
		if (known !== undefined) return known;
		this.declare(object, name);
		return name;
	}

	/** Name of a type that has a home. */
	private homed(key: object): string | undefined {
		const home = this.homes.get(key);
		if (!home || home.file === this.here) return home?.name;
		return this.imported(`./${home.file}.ts`, home.name);
	}
}

function declaration(name: string, doc: string[], members: string[]): string {
	const lines = members.filter((member) => member !== "").join("\n");
	return `${docComment(...doc)}\nexport interface ${name} {\n${lines}\n}`;
}

function oneOf(values: readonly string[]): string {
	return values.map((one) => JSON.stringify(one)).join(" | ");
}

function quoted(key: string): string {
	return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
