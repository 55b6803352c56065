import { parseCidr } from "../../api/address.ts";
import type { Grammar } from "../../api/grammar.ts";
import type { Addresses, NamedHost } from "../../api/plan.ts";

/** Somebody outside: an address or CIDR, or a name that stands for some, and a port when only that is meant. */
export interface ExternalTarget {
	host: string;
	port?: number;
	/** The host is a name. */
	named?: true;
}

const label = "[a-zA-Z0-9_]([-a-zA-Z0-9_]*[a-zA-Z0-9_])?";
/** Full names only: what a short one means depends on who asks. The end begins with a letter, or an address with a slip is a name. */
const hostName = `(${label}\\.)+[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?`;

/**
 * Reads `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`, `api.example.com`, each also with a port: `203.0.113.7:443`,
 * `[2001:db8::/32]:443`, `api.example.com:443`.
 */
export function parseExternalTarget(text: string): ExternalTarget | undefined {
	if (parseCidr(text)) return { host: text };
	if (isHostName(text)) return { host: text, named: true };
	const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):([0-9]{1,5})$/.exec(text) ?? [];
	const host = bracketed ?? plain ?? "";
	const port = Number(digits);
	if (!(port >= 1 && port <= 65_535)) return undefined;
	if (plain !== undefined && isHostName(plain)) return { host, port, named: true };
	const cidr = parseCidr(host);
	return cidr && (cidr.family === 6) === (bracketed !== undefined) ? { host, port } : undefined;
}

function isHostName(text: string): boolean {
	return (
		text.length <= 253 && new RegExp(`^${hostName}$`).test(text) && text.split(".").every((part) => part.length <= 63)
	);
}

/** An entry of `externalTargets`. */
export const externalTarget: Grammar = {
	name: "an IP address, a CIDR or a full host name, with or without a port",
	hint: 'write for example "203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "api.example.com", "payments.shop.svc", "203.0.113.7:443" or "[2001:db8::1]:443"',
	pattern: `^(\\[?[0-9a-fA-F.:]+(/[0-9]{1,3})?(\\]?:[0-9]{1,5})?|${hostName}(:[0-9]{1,5})?)$`,
	maxLength: 259,
	inexact: "how an address is written, and how long a part of a name is",
	accepts: (text) => parseExternalTarget(text) !== undefined,
};

/** The names among the external targets. */
export function namedHosts({ externalTargets = [] }: { externalTargets?: readonly string[] }): NamedHost[] {
	return externalTargets.flatMap((text, index) => {
		const { host, port, named } = parseExternalTarget(text) ?? {};
		if (host === undefined || !named) return [];
		return { path: `externalTargets[${index}]`, text, name: host.toLowerCase(), ...(port !== undefined && { port }) };
	});
}

/** Addresses and CIDRs that are meant with one port, or with all. */
export interface PeersOfPort {
	peers: string[];
	port?: number;
}

/**
 * The targets of each port, and those of all ports; in the order of the list. Throws an Error when nothing is known of a name: left
 * out, it could make the other side everybody.
 */
export function byPort(externalTargets: readonly string[], addresses: Addresses): PeersOfPort[] {
	const targets = externalTargets.flatMap((text) => addressed(text, addresses));
	const groups = Map.groupBy(targets, ({ port }) => port);
	return [...groups].map(([port, group]) => ({
		peers: group.map(({ host }) => host),
		...(port !== undefined && { port }),
	}));
}

/** An external target with addresses in the place of a name. */
function addressed(text: string, addresses: Addresses): ExternalTarget[] {
	const target = parseExternalTarget(text);
	if (target && !target.named) return [target];
	const known = (addresses[text] ?? []).flatMap((address) => parseExternalTarget(address) ?? []);
	if (known.length === 0) throw new Error(`no address is known of the external target ${JSON.stringify(text)}`);
	return known;
}
