import { isIP } from "node:net";
import type { Grammar } from "./grammar.ts";

/** An address range: a single address has the longest prefix (32 or 128). */
export interface Cidr {
	family: 4 | 6;
	address: string;
	prefix: number;
}

/**
 * Parses an IPv4 or IPv6 address, or a CIDR of either; undefined when the text is neither.
 *
 * @example parseCidr("10.0.0.0/8") // { family: 4, address: "10.0.0.0", prefix: 8 }
 */
export function parseCidr(text: string): Cidr | undefined {
	const [address = "", prefixText, ...rest] = text.split("/");
	const family = isIP(address);
	// A zone ("fe80::1%eth0") means something on one host only, so it can't stand in an experiment.
	if ((family !== 4 && family !== 6) || address.includes("%") || rest.length > 0) return undefined;
	const longest = family === 4 ? 32 : 128;
	if (prefixText === undefined) return { family, address, prefix: longest };
	const prefix = Number(prefixText);
	return /^\d{1,3}$/.test(prefixText) && prefix <= longest ? { family, address, prefix } : undefined;
}

/** An address with a port, as URLs have it: `10.0.0.1:80`, `[fd00::1]:80`; without one: the address. */
export function withPort(address: string, port: number | undefined): string {
	if (port === undefined) return address;
	return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** An address or a range of them. */
export const addressOrCidr: Grammar = {
	name: "an IP address or CIDR",
	hint: 'write for example "203.0.113.7", "10.0.0.0/8" or "2001:db8::/32"',
	pattern: "^[0-9a-fA-F.:]+(/[0-9]{1,3})?$",
	maxLength: 64,
	inexact: "how an address is written",
	accepts: (text) => parseCidr(text) !== undefined,
};
