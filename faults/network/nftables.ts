import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../api/json.ts";
import { type Family, format, merge, parse, type Range, rangeOf } from "./ranges.ts";
import type { AddressSet, Base, Chain, Ruleset } from "./ruleset.ts";

/** Replaces a table in each family that a ruleset is given for, or makes it: one transaction for `nft -j -f -`. */
export function replaceTable(table: string, ...rulesets: readonly Ruleset[]): string {
	return transaction(rulesets.flatMap((ruleset) => replacement(table, ruleset)));
}

/** Deletes a table of some families if it is there: one transaction for `nft -j`, short enough for an argument. */
export function deleteTable(table: string, ...families: readonly Ruleset["family"][]): string {
	return transaction(families.flatMap((family) => deletion(family, table)));
}

function replacement(table: string, { family, sets, chains }: Ruleset): unknown[] {
	return [
		...deletion(family, table),
		{ add: { table: { family, name: table } } },
		...sets.map((set) => ({ add: { set: { family, table, ...describeSet(set) } } })),
		...chains.map(({ name, base }) => ({
			add: {
				chain: { family, table, name, ...(base && { ...describeBase(base), ...(base.dev && { dev: base.dev }) }) },
			},
		})),
		...chains.flatMap(({ name, rules }) =>
			rules.map((expr) => ({ add: { rule: { family, table, chain: name, expr } } })),
		),
	];
}

function transaction(commands: unknown[]): string {
	return JSON.stringify({ nftables: commands });
}

/** Adding first makes the deletion of a table that is not there succeed; both are one step for every packet. */
function deletion(family: Ruleset["family"], table: string): unknown[] {
	return [{ add: { table: { family, name: table } } }, { delete: { table: { family, name: table } } }];
}

function describeSet(set: AddressSet): Record<string, unknown> {
	const elem = set.ranges.map(({ first, last }) => {
		const ends = [format(first, set.family), format(last, set.family)];
		return first === last ? ends[0] : { range: ends };
	});
	return { name: set.name, type: setType(set.family), flags: ["interval"], elem };
}

function setType(family: Family): string {
	return `ipv${family}_addr`;
}

/** What a listing says of a chain at a hook; versions of nft that leave out the device are about. */
function describeBase({ hook, prio }: Base): Record<string, unknown> {
	return { type: "filter", hook, prio, policy: "accept" };
}

/** One object of a listing; only what we compare. */
interface Listed {
	[type: string]: Record<string, unknown>;
}

/**
 * Whether the output of `nft -j list table` is the table that `replaceTable` makes, however this version of nft writes the
 * elements of sets. Anything more or less is a difference, also what makes the table sleep, and what is not known here. Throws on
 * what is no JSON: that says nothing of the table.
 */
export function isTable(listing: string, { family, sets, chains }: Ruleset): boolean {
	const { nftables } = Object(JSON.parse(listing, withProtocolNames)) as { nftables: unknown };
	if (!isListing(nftables)) return false;
	const of = (type: string): Record<string, unknown>[] =>
		nftables.flatMap((entry) => (entry[type] ? [entry[type]] : []));
	const known = ["metainfo", "table", "set", "chain", "rule"];
	return (
		nftables.every((entry) => Object.keys(entry).every((type) => known.includes(type))) &&
		of("table").every((table) => table["flags"] === undefined && table["family"] === family) &&
		sameSets(of("set"), sets) &&
		sameChains(of("chain"), of("rule"), chains)
	);
}

const protocolNames: Readonly<Record<number, string>> = { 6: "tcp", 17: "udp", 132: "sctp" };

/** nft calls protocols by their names in `/etc/protocols`, and by their numbers where there is no such file. */
function withProtocolNames(_key: string, value: unknown): unknown {
	const { left, right } = Object(value) as { left?: { meta?: { key?: unknown } }; right?: { set?: unknown } };
	const numbers = left?.meta?.key === "l4proto" ? right?.set : undefined;
	if (!Array.isArray(numbers)) return value;
	return { ...(value as object), right: { set: numbers.map((one: number) => protocolNames[one] ?? one) } };
}

function isListing(value: unknown): value is Listed[] {
	return Array.isArray(value) && value.every((entry) => isObject(entry) && Object.values(entry).every(isObject));
}

function sameSets(listed: Record<string, unknown>[], sets: readonly AddressSet[]): boolean {
	return (
		listed.length === sets.length &&
		sets.every((set) => {
			const found = listed.find(({ name }) => name === set.name);
			const elements = found?.["elem"] ?? [];
			const ranges = Array.isArray(elements) ? elements.map(elementRange) : [undefined];
			const known = ranges.filter((range) => range !== undefined);
			return (
				found?.["type"] === setType(set.family) &&
				known.length === ranges.length &&
				isDeepStrictEqual(merge(known), set.ranges)
			);
		})
	);
}

/** Addresses of a set's element, in the spellings of nft: an address, a prefix, a range. Undefined: it is something else. */
function elementRange(element: unknown): Range | undefined {
	const { prefix, range } = Object(element) as { prefix?: { addr: string; len: number }; range?: [string, string] };
	try {
		if (prefix) return rangeOf(prefix.addr, prefix.len);
		const [first, last] = range ?? [element as string, element as string];
		return { first: parse(first).value, last: parse(last).value };
	} catch {
		// An element with a comment, a time-out or a counter: somebody else's.
		return undefined;
	}
}

function sameChains(
	listed: Record<string, unknown>[],
	rules: Record<string, unknown>[],
	chains: readonly Chain[],
): boolean {
	return (
		listed.length === chains.length &&
		chains.every(({ name, base, rules: expected }) => {
			const found = listed.find((chain) => chain["name"] === name);
			const here = rules.filter(({ chain }) => chain === name).map(({ expr }) => expr);
			const wanted = Object.entries(base ? describeBase(base) : { hook: undefined });
			return found && wanted.every(([key, value]) => found[key] === value) && isDeepStrictEqual(here, expected);
		})
	);
}
