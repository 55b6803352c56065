import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { probe } from "../../../images/sample/probe.ts";
import { freePort, pretend } from "./servers.ts";

const self = { role: "front", pod: "front-0" };
const back = { role: "back", pod: "back-0" };
const servers: Server[] = [];

async function listen(host: string, identity: object, delayMs = 0): Promise<number> {
	const server = await pretend(host, 0, identity, delayMs);
	servers.push(server);
	return (server.address() as AddressInfo).port;
}

afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

describe("a peer that answers", () => {
	test("by IPv4 as a pod", async () => {
		const port = await listen("127.0.0.1", back);
		const peer = { role: "back", name: "back-0", via: "pod", address: "127.0.0.1" } as const;
		const reached = await probe(peer, { self, port, timeoutMs: 1000 });
		expect(reached).toEqual({
			from: "front-0",
			fromRole: "front",
			role: "back",
			peer: "back-0",
			via: "pod",
			family: 4,
			address: "127.0.0.1",
			ok: true,
			ms: expect.any(Number),
			answered: "back-0",
			error: null,
		});
	});

	test("by IPv6 as a Service, naming the pod behind it", async () => {
		const port = await listen("::1", back);
		const peer = { role: "back", name: "back", via: "service", address: "::1" } as const;
		const reached = await probe(peer, { self, port, timeoutMs: 1000 });
		expect(reached).toMatchObject({ ok: true, family: 6, peer: "back", answered: "back-0" });
	});

	test("gives its name to an address that came without one", async () => {
		const port = await listen("127.0.0.1", back);
		const peer = { role: "back", name: null, via: "pod", address: "127.0.0.1" } as const;
		expect(await probe(peer, { self, port, timeoutMs: 1000 })).toMatchObject({ ok: true, peer: "back-0" });
	});

	test("slowly is timed", async () => {
		const port = await listen("127.0.0.1", back, 80);
		const peer = { role: "back", name: "back-0", via: "pod", address: "127.0.0.1" } as const;
		const { ms } = await probe(peer, { self, port, timeoutMs: 1000 });
		expect(ms).toBeGreaterThanOrEqual(79);
	});
});

describe("a peer that is not reached", () => {
	const peer = { role: "back", name: "back-0", via: "pod", address: "127.0.0.1" } as const;

	test("because nothing listens", async () => {
		const port = await freePort();
		const reached = await probe(peer, { self, port, timeoutMs: 1000 });
		expect(reached).toMatchObject({ ok: false, peer: "back-0", answered: null });
		expect(reached.error).toBe(`connect ECONNREFUSED 127.0.0.1:${port}`);
	});

	test("because it takes longer than the time-out", async () => {
		const port = await listen("127.0.0.1", back, 5000);
		const reached = await probe(peer, { self, port, timeoutMs: 60 });
		expect(reached).toMatchObject({ ok: false, error: "no answer within 60 ms" });
		expect(reached.ms).toBeGreaterThanOrEqual(59);
		expect(reached.ms).toBeLessThan(5000);
	});

	test("because its address now belongs to another pod", async () => {
		const port = await listen("127.0.0.1", { role: "back", pod: "back-9" });
		const reached = await probe(peer, { self, port, timeoutMs: 1000 });
		expect(reached).toMatchObject({ ok: false, answered: "back-9", error: "answered by back-9, not by back-0" });
	});

	test("because another role answers behind its Service", async () => {
		const port = await listen("127.0.0.1", { role: "store", pod: "store-1" });
		const service = { role: "back", name: "back", via: "service", address: "127.0.0.1" } as const;
		const reached = await probe(service, { self, port, timeoutMs: 1000 });
		expect(reached.error).toBe("answered by store-1, which is a store, not a back");
	});
});
