import type { ApiServer } from "../api-server.ts";
import { type Dns, dnsLookUp } from "./dns.ts";
import type { LookUp } from "./found.ts";
import { serviceLookUp, serviceOf } from "./services.ts";

/** Where names are looked up. */
export interface Sources {
	server: Pick<ApiServer, "get">;
	dns: Dns;
	/** Domain of the cluster's own names: `cluster.local`. */
	clusterDomain: string;
}

/** Looks names up: Services in the API server, all others in DNS. */
export function lookUpIn({ server, dns, clusterDomain }: Sources): LookUp {
	const byName = dnsLookUp(dns);
	return (host) => {
		const service = serviceOf(host.name, clusterDomain);
		if (service) return serviceLookUp(server, service, byName)(host.port);
		// Pods of a StatefulSet have names below that of their Service.
		return byName(host.name.endsWith(".svc") ? { ...host, name: `${host.name}.${clusterDomain}` } : host);
	};
}
