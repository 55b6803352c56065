#!/usr/bin/env node
/**
 * `reach [--peers <json>] [--timeout <ms>] [--parallel <n>]`, run inside a pod: tries every peer once over a new connection
 * and prints a JSON array of what it found. Exit code 0 whatever was reached, 2 on wrong arguments.
 */
import { Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { port, roles, self } from "./identity.ts";
import { inParallel } from "./parallel.ts";
import { peersFromDns, peersFromJson, type Resolved, searchDomain } from "./peers.ts";
import { probe } from "./probe.ts";

function whole(option: string, text: string): number {
	const value = Number(text);
	if (Number.isInteger(value) && value > 0) return value;
	throw new RangeError(`--${option} is "${text}"; right is a whole number above 0`);
}

function askDns(timeoutMs: number): Promise<Resolved> {
	const domain = searchDomain(readFileSync("/etc/resolv.conf", "utf8"));
	return peersFromDns(roles, domain, self, new Resolver({ timeout: timeoutMs, tries: 1 }));
}

try {
	const { values } = parseArgs({
		options: {
			peers: { type: "string" },
			timeout: { type: "string", default: "1000" },
			parallel: { type: "string", default: "12" },
		},
	});
	const timeoutMs = whole("timeout", values.timeout);
	const bound = whole("parallel", values.parallel);
	const { peers, failures } =
		values.peers === undefined ? await askDns(timeoutMs) : { peers: peersFromJson(values.peers), failures: [] };
	const reached = await inParallel(peers, bound, (peer) => probe(peer, { self, port, timeoutMs }));
	console.log(JSON.stringify([...reached, ...failures]));
} catch (error) {
	console.error(`reach: ${error instanceof Error ? error.message : String(error)}`);
	process.exitCode = 2;
}
