import type { Field, ObjectField } from "../../api/field.ts";
import { isObject } from "../../api/json.ts";
import type { Kind } from "../../api/kind.ts";

/** A right that somebody needs who wants an object admitted: to create experiments of a kind in a namespace. */
export interface Right {
	/** The kind's name in the API's paths: `networkchaos`. */
	resource: string;
	namespace: string;
	/** What of the object asks for it, such as `spec.target.selector`. */
	path: string;
}

/** What is known on the way down through a spec. */
interface Place {
	path: string;
	/** Resources of the kinds that the value is part of, the outermost first. */
	resources: readonly string[];
}

/**
 * The rights that an object asks for: each namespace that it can hit, by whatever selection stands anywhere in its spec, on its
 * own kind and on those of the experiments that stand in it.
 *
 * @param kinds - those that may stand in a spec, each in a field that is named as the kind
 * @param namespace - the object's own, which a selector without namespaces looks in
 */
export function rightsFor(
	kind: Kind,
	spec: Readonly<Record<string, unknown>>,
	namespace: string,
	kinds: readonly Kind[],
): Right[] {
	const found = new Map<string, Right>();
	const need = (place: Place, where: string): void => {
		for (const resource of place.resources) {
			const key = `${resource} ${where}`;
			if (!found.has(key)) found.set(key, { resource, namespace: where, path: place.path });
		}
	};

	const visit = (field: Field, value: unknown, place: Place): void => {
		if (field.type === "object" && isObject(value)) visitObject(field, value, place);
		if (field.type === "array" && Array.isArray(value)) {
			for (const [index, item] of value.entries()) visit(field.items, item, within(place, `[${index}]`));
		}
		if (field.type === "map" && isObject(value)) {
			for (const [key, item] of Object.entries(value))
				visit(field.values, item, within(place, `[${JSON.stringify(key)}]`));
		}
	};
	const visitObject = (field: ObjectField, value: Record<string, unknown>, place: Place): void => {
		if (isSelection(field)) {
			const at = within(place, ".selector");
			for (const where of namespacesOf(value["selector"], namespace)) need(at, where);
		}
		for (const [name, child] of Object.entries(field.fields)) {
			if (value[name] === undefined) continue;
			const nested = child.type === "object" ? kinds.find((one) => isNamedAs(one, name)) : undefined;
			const at = within(place, `.${name}`, nested?.plural);
			// The controller creates it there, which is what the user could not.
			if (nested) need({ ...at, resources: [nested.plural] }, namespace);
			visit(child, value[name], at);
		}
	};
	visit(kind.spec, spec, { path: "spec", resources: [kind.plural] });
	return [...found.values()];
}

function within({ path, resources }: Place, step: string, resource?: string): Place {
	return { path: path + step, resources: resource === undefined ? resources : [...resources, resource] };
}

/** Whatever has a mode beside its selector chooses targets. */
function isSelection({ fields }: ObjectField): boolean {
	return fields["selector"]?.type === "object" && fields["mode"] !== undefined;
}

function isNamedAs({ kind }: Kind, field: string): boolean {
	return kind.toLowerCase() === field.toLowerCase();
}

/** Namespaces of a selector: of the list and of pods by name, though only one of the two is looked at. */
function namespacesOf(selector: unknown, own: string): string[] {
	const { namespaces, pods } = isObject(selector) ? selector : {};
	const listed = Array.isArray(namespaces) && namespaces.length > 0 ? namespaces.map(String) : [own];
	return [...listed, ...(isObject(pods) ? Object.keys(pods) : [])];
}
