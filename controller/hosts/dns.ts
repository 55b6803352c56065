import type { Resolver } from "node:dns/promises";
import { withPort } from "../../api/address.ts";
import type { LookUp } from "./found.ts";

/** Answers are believed for as long as DNS says, within these bounds (ms). */
const shortestMs = 5000;
const longestMs = 60_000;
/** Names with many addresses are answered for with a few of them at a time. */
const keptMs = 60_000;

/** What is asked of DNS. */
export type Dns = Pick<Resolver, "resolve4" | "resolve6">;

/** Looks names up in DNS, IPv4 and IPv6. No search list: a name is taken as it stands. */
export function dnsLookUp(dns: Dns): LookUp {
	return async ({ name, port }) => {
		const answers = await Promise.allSettled([dns.resolve4(name, { ttl: true }), dns.resolve6(name, { ttl: true })]);
		const records = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
		const failures = answers.flatMap((answer) => (answer.status === "rejected" ? codeOf(answer.reason) : []));
		const failed = failures.find((code) => !saysNo.includes(code));
		if (records.length === 0) throw new Error(failed === undefined ? unknown : noAnswer(failed));
		const ttlMs = Math.min(...records.map(({ ttl }) => ttl * 1000));
		return {
			addresses: records.map(({ address }) => withPort(address, port)),
			freshMs: Math.min(Math.max(ttlMs, shortestMs), longestMs),
			keptMs,
			partial: failed !== undefined,
		};
	};
}

/** No such name, or none with an address of this family. */
const saysNo = ["ENOTFOUND", "ENODATA"];

const unknown = "DNS knows no address of that name; correct the name, or have it made known in the cluster's DNS";

function noAnswer(code: string): string {
	return `DNS gives no answer (${code}); does the cluster's DNS run, and the one that it asks?`;
}

function codeOf(error: unknown): string {
	return (error as NodeJS.ErrnoException).code ?? String(error);
}
