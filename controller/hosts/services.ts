import { withPort } from "../../api/address.ts";
import { quote } from "../../api/problem.ts";
import { type ApiServer, orNothing } from "../api-server.ts";
import { pages } from "../listing.ts";
import type { Found, LookUp } from "./found.ts";

/** Services and the pods behind them are looked at this often. */
const freshMs = 5000;

interface ServicePort {
	name?: string;
	port: number;
}

interface Service {
	spec: { type?: string; externalName?: string; clusterIPs?: string[]; ports?: ServicePort[] };
}

interface EndpointSlice {
	endpoints?: { addresses: string[] }[] | null;
	ports?: { name?: string; port?: number }[] | null;
}

/** Namespace and name of the Service that a host name stands for: `payments.shop.svc`, with or without the cluster's domain. */
export function serviceOf(host: string, clusterDomain: string): { namespace: string; name: string } | undefined {
	const short = host.endsWith(`.${clusterDomain}`) ? host.slice(0, -clusterDomain.length - 1) : host;
	const [, name, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc$/.exec(short) ?? [];
	return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

/** Domain of the cluster by the search list of a pod's `/etc/resolv.conf`; `cluster.local` where that tells nothing. */
export function clusterDomainOf(resolvConf: string): string {
	const domains = resolvConf.split("\n").flatMap((line) => (/^search\s/.test(line) ? line.split(/\s+/).slice(1) : []));
	const found = domains.find((domain) => domain.startsWith("svc."))?.slice("svc.".length);
	return found?.replace(/\.$/, "") || "cluster.local";
}

/**
 * Looks Services up in the API server: their cluster addresses, which packets carry in the pods that send them, and the addresses of
 * the pods behind them, which they carry where something in the pod (a mesh, a CNI plugin at the socket) has chosen the pod already,
 * or where the Service has no cluster address. A port is the Service's; behind it, what it leads to.
 *
 * @param byName - looks up what a Service of type ExternalName stands for
 */
export function serviceLookUp(
	server: Pick<ApiServer, "get">,
	{ namespace, name }: { namespace: string; name: string },
	byName: LookUp,
): (port: number | undefined) => Promise<Found> {
	const title = `Service ${namespace}/${name}`;
	return async (port) => {
		const path = `/api/v1/namespaces/${namespace}/services/${name}`;
		const service = await orNothing(server.get<Service>(path));
		if (!service) throw new Error(`there is no ${title}; create it or correct the name`);
		const { type, externalName, clusterIPs = [], ports = [] } = service.spec;
		if (type === "ExternalName" && externalName !== undefined) {
			return byName({ name: externalName.replace(/\.$/, ""), ...(port !== undefined && { port }) });
		}
		const own = clusterIPs.filter((ip) => ip !== "None");
		const meant = ports.filter((one) => one.port === port);
		if (port !== undefined && own.length > 0 && meant.length === 0) {
			const those = ports.map((one) => one.port).join(", ");
			throw new Error(`${title} has no port ${quote(port)}; it has ${those}`);
		}
		const slices = await slicesOf(server, namespace, name);
		const behind = slices.flatMap((slice) => endpointsOf(slice, port, meant, own.length === 0));
		const addresses = [...own.map((ip) => withPort(ip, port)), ...behind];
		if (addresses.length === 0) throw new Error(`${title} has no address, and no pod behind it; start its pods`);
		return { addresses, freshMs, keptMs: 0 };
	};
}

async function slicesOf(server: Pick<ApiServer, "get">, namespace: string, name: string): Promise<EndpointSlice[]> {
	const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
	const slices: EndpointSlice[] = [];
	const query = { labelSelector: `kubernetes.io/service-name=${name}` };
	for await (const page of pages<EndpointSlice>(server, path, query)) slices.push(...page);
	return slices;
}

/** @param headless - who calls the pods of such a Service by its name calls them at the port that they think of */
function endpointsOf(
	{ endpoints, ports }: EndpointSlice,
	port: number | undefined,
	meant: readonly ServicePort[],
	headless: boolean,
): string[] {
	const addresses = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses);
	if (port === undefined) return addresses;
	const names = new Set(meant.map((one) => one.name ?? ""));
	const targets = (ports ?? []).flatMap((one) => (names.has(one.name ?? "") && one.port ? [one.port] : []));
	const all = new Set([...targets, ...(headless ? [port] : [])]);
	return addresses.flatMap((address) => [...all].map((one) => withPort(address, one)));
}
