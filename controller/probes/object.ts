import { isObject } from "../../api/json.ts";
import type { Probe } from "../../api/probe.ts";
import { type ApiServer, isStatus, orNothing } from "../api-server.ts";
import { whyNot } from "./compare.ts";
import { type FindResource, objectPath } from "./resources.ts";
import { Unwell } from "./unwell.ts";

type Asked = NonNullable<Probe["object"]>;

/** Where objects are read. */
export interface Objects {
	server: Pick<ApiServer, "get">;
	findResource: FindResource;
}

/** Reads the object and looks at what must be true of it. Returns why it is not. */
export async function askObject({ object }: Probe, own: string, from: Objects): Promise<string | undefined> {
	if (!object) throw new Error("it has no field object");
	const found = await read(object, own, from);
	if (!found) throw new Unwell(`there is no ${object.kind} ${JSON.stringify(object.name)}`);
	const { condition, field, criteria } = object;
	if (condition === undefined && field === undefined) return undefined;
	const value = condition === undefined ? valueAt(found, field ?? "") : statusOf(found, condition);
	const name = condition === undefined ? `the field ${field}` : `the condition ${condition}`;
	if (value === undefined) throw new Unwell(`${name} is not there`);
	return whyNot(criteria ?? (condition === undefined ? {} : { equals: "True" }), textOf(value), name, true);
}

async function read(object: Asked, own: string, { server, findResource }: Objects): Promise<unknown> {
	const resource = await findResource(object);
	try {
		return await orNothing(server.get(objectPath(resource, object.namespace ?? own, object.name)));
	} catch (error) {
		if (!isStatus(error, 403)) throw error;
		const name = resource.group === "" ? resource.name : `${resource.name}.${resource.group}`;
		throw new Error(`the controller may not read ${name}; add it to controller.probes.objects of the Installation`, {
			cause: error,
		});
	}
}

/** The value at a path such as `status.conditions[0].type` or `metadata.labels["a.b/c"]`; undefined: there is none. */
export function valueAt(object: unknown, path: string): unknown {
	const steps = [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
		(found) => found.slice(1).find(Boolean) ?? "",
	);
	return steps.reduce<unknown>((at, step) => {
		if (Array.isArray(at)) return at[Number(step)];
		return isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
	}, object);
}

function statusOf(object: unknown, type: string): unknown {
	const conditions = valueAt(object, "status.conditions");
	const found = (Array.isArray(conditions) ? conditions : []).find((one) => isObject(one) && one["type"] === type);
	return isObject(found) ? found["status"] : undefined;
}

function textOf(value: unknown): string {
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}
