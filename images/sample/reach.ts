#!/usr/bin/env node
/**
 * `reach [--peers <json>] [--timeout <ms>] [--parallel <n>]`, run inside a pod: tries every peer once over a new connection
 * and prints a JSON array of what it found. Exit code 0 whatever was reached, 2 on wrong arguments.
 */
import { Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { get } from "./get.ts";
import { port, roles, self } from "./identity.ts";
import { inParallel } from "./parallel.ts";
import { peersFromDns, peersFromJson, type Resolved, searchDomain } from "./peers.ts";
import { probe } from "./probe.ts";
import type { Peer, Reached } from "./report.ts";

/** From when on an attempt no longer holds up the next, in milliseconds. */
const slowMs = 50;

function whole(option: string, text: string): number {
	const value = Number(text);
	if (Number.isInteger(value) && value > 0) return value;
	throw new RangeError(`--${option} is "${text}"; right is a whole number above 0`);
}

function askDns(timeoutMs: number): Promise<Resolved> {
	const domain = searchDomain(readFileSync("/etc/resolv.conf", "utf8"));
	return peersFromDns(roles, domain, self, new Resolver({ timeout: timeoutMs, tries: 1 }));
}

/** What Node loads and compiles for its first requests must not count as time on the way. */
async function warmUp(): Promise<void> {
	for (let request = 0; request < 3; request++) await get("127.0.0.1", port, "/whoami", 200).catch(() => undefined);
}

/**
 * Few at a time, so that they don't slow each other down. One that is slow leaves its place to the next while it is waited
 * for: it costs this process nothing, and many that time out take little longer together than one.
 */
async function probeAll(peers: Peer[], bound: number, timeoutMs: number): Promise<Reached[]> {
	const started = await inParallel(peers, bound, async (peer) => {
		const result = probe(peer, { self, port, timeoutMs });
		await Promise.race([result, sleep(slowMs, undefined, { ref: false })]);
		return { result };
	});
	return Promise.all(started.map(({ result }) => result));
}

try {
	const { values } = parseArgs({
		options: {
			peers: { type: "string" },
			timeout: { type: "string", default: "1000" },
			parallel: { type: "string", default: "2" },
		},
	});
	const timeoutMs = whole("timeout", values.timeout);
	const bound = whole("parallel", values.parallel);
	const { peers, failures } =
		values.peers === undefined ? await askDns(timeoutMs) : { peers: peersFromJson(values.peers), failures: [] };
	await warmUp();
	console.log(JSON.stringify([...(await probeAll(peers, bound, timeoutMs)), ...failures]));
} catch (error) {
	console.error(`reach: ${error instanceof Error ? error.message : String(error)}`);
	process.exitCode = 2;
}
