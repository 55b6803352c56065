import type { Field, ObjectField } from "../../api/field.ts";
import type { Variants } from "../../api/variants.ts";
import { describe, docComment } from "./doc-comment.ts";
import { pascal, singular } from "./names.ts";
import { has, type Member, membersOf, membersOfAll, membersOfVariant } from "./variants.ts";

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

/** Writes the TypeScript types of schemas into one file; objects and lists of texts get types with names of their own. */
export class Interfaces {
	/** The declarations so far. */
	readonly declarations: string[] = [];
	/** What they need of other files: names by module. */
	readonly imports = new Map<string, Set<string>>();
	private readonly homes: Homes;
	private readonly here: string;
	private readonly written = new Map<object, string>();

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
	 * @returns the names of the interfaces, without that of what the variants share
	 */
	declare(object: ObjectField, name: string, suffix = ""): string[] {
		this.written.set(object.fields, name + suffix);
		// Its place is before those of the objects in it, which are found while it is written.
		const at = this.declarations.push("") - 1;
		if (object.variants) {
			const { names, text } = this.variants(object, object.variants, name, suffix);
			this.declarations[at] = text;
			return names;
		}
		const members = this.members(object, membersOf(object), name);
		this.declarations[at] = declaration(name + suffix, [object.description], members);
		return [name + suffix];
	}

	/** Declares a text that is one of several. */
	declareEnum({ description, enum: values }: { description: string; enum: readonly string[] }, name: string): string {
		this.written.set(values, name);
		const union = values.map((one) => JSON.stringify(one)).join(" | ");
		this.declarations.push(`${docComment(description)}\nexport type ${name} = ${union};`);
		return name;
	}

	private variants(
		object: ObjectField,
		variants: Variants,
		name: string,
		suffix: string,
	): { names: string[]; text: string } {
		const common = membersOfAll(object, variants);
		const base = `${name}Common${suffix}`;
		const parts = Object.entries(variants.of).map(([value, variant]) => {
			const own = membersOfVariant(object, variants, variant).filter((member) => !has(common, member));
			// Never an output: with one, fields of another variant would compile.
			const which = `${docComment(variant.description)}\n${quoted(variants.by)}: ${JSON.stringify(value)};`;
			const title = `\`${variants.by}: ${JSON.stringify(value)}\`: ${variant.description}`;
			const pending = variant.pending ? "This version of pulumi-chaos can't do it yet." : "";
			// Of an object in another the field of a variant may have the same name: `WorkflowTemplateTask` is what `task` holds.
			const part = suffix === "" ? `${pascal(value)}${name}` : `${name}${pascal(value)}${suffix}`;
			const members = [which, ...this.members(object, own, name)];
			return { part, text: declaration(part, [title, pending], members, common.length > 0 ? base : undefined) };
		});
		const names = parts.map(({ part }) => part);
		const union = `${docComment(object.description)}\nexport type ${name}${suffix} = ${names.join(" | ")};`;
		const shared = declaration(base, [`What every ${name} has.`], this.members(object, common, name));
		const texts = [union, ...(common.length > 0 ? [shared] : []), ...parts.map(({ text }) => text)];
		return { names, text: texts.join("\n\n") };
	}

	private members({ fields }: ObjectField, members: readonly Member[], owner: string): string[] {
		return members.flatMap(({ name, needed }) => {
			const field = fields[name];
			if (field === undefined || field.refused !== undefined) return [];
			const type = this.input(field, owner + pascal(name));
			return [`${docComment(describe(field))}\n${quoted(name)}${needed ? `: ${type}` : `?: ${type} | undefined`};`];
		});
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
			case "string": {
				const { enum: values, grammar, description } = field;
				if (values) return this.known(values) ?? this.declareEnum({ description, enum: values }, name);
				return grammar?.type ? this.imported("../../api/scalars.ts", grammar.type) : "string";
			}
			case "integer":
				return field.alias ? this.imported("../../api/scalars.ts", field.alias) : "number";
			case "boolean":
				return "boolean";
			case "array":
				return `readonly ${this.input(field.items, singular(name))}[]`;
			case "map":
				return `Record<string, ${this.input(field.values, singular(name))}>`;
			case "json":
				return "object";
			case "object":
				return this.known(field.fields) ?? this.declared(field, name);
		}
	}

	private declared(object: ObjectField, name: string): string {
		this.declare(object, name);
		return name;
	}

	/** Name of a type that is written already, or has a home. */
	private known(key: object): string | undefined {
		const home = this.homes.get(key);
		if (!home) return this.written.get(key);
		return home.file === this.here ? home.name : this.imported(`./${home.file}.ts`, home.name);
	}
}

function declaration(name: string, doc: string[], members: string[], base?: string): string {
	const heritage = base === undefined ? "" : ` extends ${base}`;
	return `${docComment(...doc)}\nexport interface ${name}${heritage} {\n${members.join("\n")}\n}`;
}

function quoted(key: string): string {
	return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
