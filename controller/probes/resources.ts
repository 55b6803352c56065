import { type ApiServer, orNothing } from "../api-server.ts";

/** A kind of object in the paths of the API. */
export interface Resource {
	group: string;
	/** `deployments`. */
	name: string;
	namespaced: boolean;
	/** Path of the group and version: `/apis/apps/v1`. */
	base: string;
}

interface ResourceList {
	resources?: { name: string; kind: string; namespaced: boolean }[];
}

/** A kind as objects name it. */
export interface KindName {
	apiVersion: string;
	kind: string;
}

/** Says how an API server calls a kind. Throws when it does not know it. */
export type FindResource = (kind: KindName) => Promise<Resource>;

/** Asks an API server how it calls kinds, and remembers what it has said. */
export function resourcesOf(server: Pick<ApiServer, "get">): FindResource {
	const known = new Map<string, Resource>();
	return async (kind) => {
		const key = `${kind.apiVersion} ${kind.kind}`;
		const resource = known.get(key) ?? (await resourceOf(server, kind));
		known.set(key, resource);
		return resource;
	};
}

async function resourceOf(server: Pick<ApiServer, "get">, { apiVersion, kind }: KindName): Promise<Resource> {
	const [version = "", group = ""] = apiVersion.split("/").toReversed().map(encodeURIComponent);
	const base = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
	const list = await orNothing(server.get<ResourceList>(base));
	// Subresources such as `deployments/scale` are of other kinds, or of the same one.
	const found = list?.resources?.find((resource) => resource.kind === kind && !resource.name.includes("/"));
	if (!found) throw new Error(`the cluster has no kind ${kind} of ${apiVersion}; correct one of them`);
	return { group, name: found.name, namespaced: found.namespaced, base };
}

/** Path of one object. */
export function objectPath({ base, name: resource, namespaced }: Resource, namespace: string, name: string): string {
	return `${base}/${namespaced ? `namespaces/${namespace}/` : ""}${resource}/${name}`;
}
