import { parseCidr } from "../../api/address.ts";
import type { Grammar } from "../../api/grammar.ts";

/** Somebody outside: an address or CIDR, and a port when only that is meant. */
export interface ExternalTarget {
	host: string;
	port?: number;
}

/** Reads `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`, each also with a port: `203.0.113.7:443`, `[2001:db8::/32]:443`. */
export function parseExternalTarget(text: string): ExternalTarget | undefined {
	if (parseCidr(text)) return { host: text };
	const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):([0-9]{1,5})$/.exec(text) ?? [];
	const host = bracketed ?? plain ?? "";
	const cidr = parseCidr(host);
	const port = Number(digits);
	if (!cidr || (cidr.family === 6) !== (bracketed !== undefined) || port < 1 || port > 65_535) return undefined;
	return { host, port };
}

/** An entry of `externalTargets`. */
export const externalTarget: Grammar = {
	name: "an IP address or CIDR, with or without a port",
	hint: 'write for example "203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "203.0.113.7:443" or "[2001:db8::1]:443"',
	pattern: "^\\[?[0-9a-fA-F.:]+(/[0-9]{1,3})?(\\]?:[0-9]{1,5})?$",
	maxLength: 64,
	inexact: "how an address is written",
	accepts: (text) => parseExternalTarget(text) !== undefined,
};

/** Addresses and CIDRs that are meant with one port, or with all. */
export interface PeersOfPort {
	peers: string[];
	port?: number;
}

/** The targets of each port, and those of all ports; in the order of the list. */
export function byPort(externalTargets: readonly string[]): PeersOfPort[] {
	const targets = externalTargets.flatMap((text) => parseExternalTarget(text) ?? []);
	const groups = Map.groupBy(targets, ({ port }) => port);
	return [...groups].map(([port, group]) => ({
		peers: group.map(({ host }) => host),
		...(port !== undefined && { port }),
	}));
}
