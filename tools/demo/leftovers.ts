import { ApiextensionsV1Api, CoreV1Api, type KubeConfig, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import { tablesLeft } from "../lib/pod-network.ts";
import { allPids, commandLine } from "../lib/procfs.ts";

/** All that is left of the system, of a fault or of the sample application, on the node and in the cluster; one line each. */
export async function leftovers(config: KubeConfig, namespaces: readonly string[]): Promise<string[]> {
	const [definitions, spaces, roles, bindings] = await Promise.all([
		config.makeApiClient(ApiextensionsV1Api).listCustomResourceDefinition(),
		config.makeApiClient(CoreV1Api).listNamespace(),
		config.makeApiClient(RbacAuthorizationV1Api).listClusterRole(),
		config.makeApiClient(RbacAuthorizationV1Api).listClusterRoleBinding(),
	]);
	const names = (list: { items: { metadata?: { name?: string } }[] }): string[] =>
		list.items.map(({ metadata }) => metadata?.name ?? "");
	const processes = allPids().filter((pid) =>
		commandLine(pid).some((argument) => /\/pulumi-chaos\/(controller|daemon)\.mjs$/.test(argument)),
	);
	return [
		...tablesLeft(allPids()).map((table) => `packet filter ${table}`),
		...processes.map((pid) => `process ${pid}: ${commandLine(pid).join(" ")}`),
		...names(definitions)
			.filter((name) => name.endsWith(".chaos-mesh.org"))
			.map((name) => `CustomResourceDefinition ${name}`),
		...names(spaces)
			.filter((name) => namespaces.includes(name))
			.map((name) => `namespace ${name}`),
		...[...names(roles), ...names(bindings)]
			.filter((name) => name.includes("pulumi-chaos"))
			.map((name) => `cluster role or binding ${name}`),
	];
}
