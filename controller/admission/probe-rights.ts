import type { Field, ObjectField } from "../../api/field.ts";
import { isObject } from "../../api/json.ts";
import type { Kind } from "../../api/kind.ts";
import { errorText } from "../../api/log.ts";
import type { Probe } from "../../api/probe.ts";
import { probeTypes } from "../../api/probe-types.ts";
import { ApiError } from "../api-server.ts";
import type { FindResource } from "../probes/resources.ts";
import type { Wanted } from "./authorization.ts";

/** A probe somewhere in a spec. */
interface Found {
	path: string;
	probe: Probe;
}

/**
 * What the probes in a spec ask for: to run commands in pods, and to read objects. The controller does both for whoever has made the
 * experiment, so that one must have the right to do it too. Throws when the cluster does not know the kind of an object.
 *
 * @param namespace - the object's own
 */
export async function probeRights(
	kind: Kind,
	spec: Readonly<Record<string, unknown>>,
	namespace: string,
	findResource: FindResource,
): Promise<Wanted[]> {
	const wanted = probesIn(kind.spec, spec, "spec").map(async ({ path, probe }): Promise<Wanted[]> => {
		if (probe.type === "command" && probe.command) return [execIn(probe.command.namespace ?? namespace, path)];
		if (probe.type === "object" && probe.object) return [await readOf(probe.object, namespace, path, findResource)];
		return [];
	});
	return (await Promise.all(wanted)).flat();
}

function execIn(namespace: string, path: string): Wanted {
	return {
		access: { verb: "create", group: "", resource: "pods", subresource: "exec", namespace },
		path: `${path}.command`,
		use: "where this probe runs a command",
		without: "the probe",
		controllerBy: "set controller.probes.exec of the Installation to true",
	};
}

async function readOf(
	object: NonNullable<Probe["object"]>,
	own: string,
	path: string,
	findResource: FindResource,
): Promise<Wanted> {
	const at = `${path}.object`;
	const {
		group,
		name: resource,
		namespaced,
	} = await findResource(object).catch((error: unknown) => {
		// The API server's own words come with it as its cause.
		if (error instanceof ApiError) throw new Error(`${at}: its kind can't be looked up`, { cause: error });
		throw new Error(`${at}: ${errorText(error)}`);
	});
	const { name } = object;
	return {
		access: { verb: "get", group, resource, name, ...(namespaced && { namespace: object.namespace ?? own }) },
		path: at,
		use: `where this probe reads ${JSON.stringify(name)}`,
		without: "the probe",
		controllerBy: "add the resource to controller.probes.objects of the Installation",
	};
}

/** All probes of an experiment, and of the experiments inside it; a Probe is one itself. */
function probesIn(field: Field, value: unknown, path: string): Found[] {
	if (field.type === "array" && Array.isArray(value)) {
		return value.flatMap((item, index) => probesIn(field.items, item, `${path}[${index}]`));
	}
	if (field.type === "map" && isObject(value)) {
		return Object.entries(value).flatMap(([key, item]) =>
			probesIn(field.values, item, `${path}[${JSON.stringify(key)}]`),
		);
	}
	if (field.type !== "object" || !isObject(value)) return [];
	if (isProbe(field)) return [{ path, probe: value as unknown as Probe }];
	return Object.entries(field.fields).flatMap(([name, child]) => probesIn(child, value[name], `${path}.${name}`));
}

/** Whatever may ask by a command is a probe. */
function isProbe({ fields }: ObjectField): boolean {
	return fields["command"] === probeTypes.command;
}
