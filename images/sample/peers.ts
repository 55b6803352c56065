import type { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { type Identity, type Peer, type Reached, since } from "./report.ts";

/**
 * Peers as given by the caller, who may know from the API server what DNS can't tell behind a partition.
 *
 * @throws TypeError that quotes what is not a peer.
 */
export function peersFromJson(json: string): Peer[] {
	let given: unknown;
	try {
		given = JSON.parse(json);
	} catch (error) {
		throw new TypeError(`--peers is not JSON: ${error instanceof Error ? error.message : String(error)}`);
	}
	if (!Array.isArray(given)) throw new TypeError("--peers is not a JSON array");
	return given.map((item: Partial<Peer> | null, index) => {
		const { role, name = null, via, address } = item ?? {};
		const rightName = name === null || typeof name === "string";
		if (typeof role === "string" && rightName && (via === "pod" || via === "service") && isIP(String(address)) !== 0) {
			return { role, name, via, address: String(address) };
		}
		throw new TypeError(
			`--peers[${index}] is ${JSON.stringify(item)}; right is {"role": "back", "name": "back-0", "via": "pod" or "service", "address": an IP address}`,
		);
	});
}

/** What DNS said: the peers, and what could not be resolved as attempts that failed. */
export interface Resolved {
	peers: Peer[];
	failures: Reached[];
}

/** What asks DNS for addresses by full name. */
export type AddressResolver = Pick<Resolver, "resolve4" | "resolve6">;

/**
 * The peers of each role by DNS: the Service `<role>` of `domain` has the cluster addresses, the headless Service
 * `<role>-pods` those of the pods.
 */
export async function peersFromDns(
	roles: readonly string[],
	domain: string,
	self: Identity,
	resolver: AddressResolver,
): Promise<Resolved> {
	const questions = roles.flatMap((role) =>
		(["pod", "service"] as const).flatMap((via) => ([4, 6] as const).map((family) => ({ role, via, family }))),
	);
	const answers = await Promise.all(
		questions.map(async ({ role, via, family }): Promise<Resolved> => {
			const start = performance.now();
			const name = `${via === "pod" ? `${role}-pods` : role}.${domain}`;
			try {
				const addresses = await (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name));
				const known = via === "service" ? role : null;
				return { peers: addresses.map((address) => ({ role, name: known, via, address })), failures: [] };
			} catch (error) {
				const code = (error as NodeJS.ErrnoException).code ?? String(error);
				// The name is there without an address of this family: the cluster has only the other one.
				if (code === "ENODATA") return { peers: [], failures: [] };
				const failed = { address: null, ok: false, ms: since(start), answered: null, error: `DNS: ${name}: ${code}` };
				return {
					peers: [],
					failures: [{ from: self.pod, fromRole: self.role, role, peer: null, via, family, ...failed }],
				};
			}
		}),
	);
	return { peers: answers.flatMap((answer) => answer.peers), failures: answers.flatMap((answer) => answer.failures) };
}

/** The namespace's own domain, which a kubelet puts first: Node's resolver asks full names only. */
export function searchDomain(resolvConf: string): string {
	const domain = /^search[ \t]+(\S+)/m.exec(resolvConf)?.[1];
	if (domain === undefined) throw new Error("/etc/resolv.conf has no search domain; give the peers with --peers");
	return domain;
}
