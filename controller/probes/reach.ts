import { isIP, type LookupFunction } from "node:net";
import { type Dns, dnsLookUp } from "../hosts/dns.ts";
import { isClosed } from "./doors.ts";
import { Unwell } from "./unwell.ts";

/** How probes find the hosts that they ask. */
export interface ReachOptions {
	dns: Dns;
	/** Domain of the cluster's own names: `cluster.local`. */
	clusterDomain: string;
	/** Addresses of the chaos system's pods. */
	own: () => ReadonlySet<string>;
}

/** Finds the addresses of a host, as `net.connect` wants them. Throws Unwell when the name stands for nothing. */
export type Reach = (host: string) => Promise<LookupFunction>;

/** Finds addresses of hosts, and refuses those that no probe may be sent to, whatever name they have at that moment. */
export function reachFor({ dns, clusterDomain, own }: ReachOptions): Reach {
	const lookUp = dnsLookUp(dns);
	const addressesOf = async (host: string): Promise<string[]> => {
		if (isIP(host) !== 0) return [host];
		let failure: unknown;
		for (const name of namesFor(host, clusterDomain)) {
			try {
				return (await lookUp({ name })).addresses;
			} catch (error) {
				failure = error;
			}
		}
		throw new Unwell(`${host} can't be looked up`, { cause: failure });
	};
	return async (host) => {
		const addresses = await addressesOf(host);
		const system = own();
		const refused = addresses.find((address) => isClosed(address, system));
		if (refused !== undefined) {
			throw new Error(
				`${host} is at ${refused}, where no probe may go: it leads to the controller, to the chaos system, to a node or to the cloud's own data`,
			);
		}
		const all = addresses.map((address) => ({ address, family: isIP(address) }));
		return (_name, { all: wantsAll }, done) => {
			const [first = { address: "", family: 0 }] = all;
			if (wantsAll) done(null, all);
			else done(null, first.address, first.family);
		};
	};
}

/** What a name may mean, the likeliest first: `front.shop` is a Service and its namespace before it is a name of the world. */
export function namesFor(host: string, clusterDomain: string): string[] {
	const name = host.replace(/\.$/, "");
	if (host !== name) return [name];
	if (name.endsWith(".svc")) return [`${name}.${clusterDomain}`];
	return name.split(".").length === 2 ? [`${name}.svc.${clusterDomain}`, name] : [name];
}
