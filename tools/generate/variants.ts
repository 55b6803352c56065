import type { ObjectField } from "../../api/field.ts";
import type { Variant, Variants } from "../../api/variants.ts";

/** A field as one variant, or all of them, have it. */
export interface Member {
	readonly name: string;
	readonly needed: boolean;
}

/** The fields of an object without variants. */
export function membersOf({ fields }: ObjectField): Member[] {
	return Object.entries(fields).map(([name, { required }]) => ({ name, needed: required === true }));
}

/** The fields of a variant, but for the one that says which variant it is. */
export function membersOfVariant(object: ObjectField, { by, shared }: Variants, variant: Variant): Member[] {
	const allowed = new Set([...shared, ...variant.needs, ...variant.allows]);
	return membersOf(object)
		.filter(({ name }) => allowed.has(name) && name !== by)
		.map(({ name, needed }) => ({ name, needed: needed || variant.needs.includes(name) }));
}

/** The fields that every variant has in the same way; none when there is only one variant. */
export function membersOfAll(object: ObjectField, variants: Variants): Member[] {
	const [first = [], ...others] = Object.values(variants.of).map((one) => membersOfVariant(object, variants, one));
	return others.length === 0 ? [] : first.filter((member) => others.every((members) => has(members, member)));
}

/** Whether a member is among others, needed or not as it is. */
export function has(members: readonly Member[], { name, needed }: Member): boolean {
	return members.some((other) => other.name === name && other.needed === needed);
}
