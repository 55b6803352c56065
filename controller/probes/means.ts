import type { KubeConfig } from "@kubernetes/client-node";
import { systemLabel } from "../../api/names.ts";
import type { ApiServer } from "../api-server.ts";
import type { Dns } from "../hosts/dns.ts";
import type { Means } from "./ask.ts";
import type { PodCache } from "./command.ts";
import { podExec } from "./pod-exec.ts";
import { reachFor } from "./reach.ts";
import { resourcesOf } from "./resources.ts";

/** The pods of the chaos system are looked for in the cache this often, ms: a look through thousands of pods for each probe is too much. */
const freshMs = 1000;

/** What the controller asks probes through. */
export interface MeansOptions {
	server: Pick<ApiServer, "get">;
	/** The same, for commands in pods. */
	kubeConfig: KubeConfig;
	pods: PodCache;
	dns: Dns;
	/** Domain of the cluster's own names: `cluster.local`. */
	clusterDomain: string;
}

/** What the controller asks probes through. */
export function meansOf({ server, kubeConfig, pods, dns, clusterDomain }: MeansOptions): Means {
	return {
		reach: reachFor({ dns, clusterDomain, own: systemAddresses(pods) }),
		server,
		findResource: resourcesOf(server),
		pods,
		exec: podExec(kubeConfig),
	};
}

/** Addresses of the chaos system's own pods. */
function systemAddresses(pods: PodCache): () => ReadonlySet<string> {
	let found: ReadonlySet<string> = new Set();
	let staleAt = Number.NEGATIVE_INFINITY;
	return () => {
		const now = performance.now();
		if (now < staleAt) return found;
		const own = [...pods.all()].filter(({ metadata }) => metadata.labels?.[systemLabel] !== undefined);
		found = new Set(own.flatMap(({ status }) => (status.podIPs ?? []).map(({ ip }) => ip)));
		staleAt = now + freshMs;
		return found;
	};
}
