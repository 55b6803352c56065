import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import type { ChainAnswer } from "../../../images/sample/chain.ts";
import type { Reached } from "../../../images/sample/report.ts";
import { folder, freePort, pretend, startServer } from "./servers.ts";

const children: ChildProcess[] = [];
const servers: Server[] = [];

async function start(env: Record<string, string>): Promise<ChildProcess> {
	const child = await startServer(env);
	children.push(child);
	return child;
}

afterEach(async () => {
	for (const child of children.splice(0)) {
		if (child.exitCode !== null) continue;
		child.kill("SIGKILL");
		await once(child, "exit");
	}
	for (const server of servers.splice(0)) server.close();
});

/** Runs the reach command as a pod would, and returns its exit code and output. */
async function reach(args: string[], port: number) {
	const child = spawn(process.execPath, [join(folder, "reach.ts"), ...args], {
		env: { PATH: process.env["PATH"], ROLE: "front", POD_NAME: "front-0", PORT: String(port) },
	});
	const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
	return { code, stdout, stderr };
}

describe("servers", () => {
	test("front asks back, back asks store, and the times nest", async () => {
		const [front, back, store] = [await freePort(), await freePort(), await freePort()];
		await start({ ROLE: "store", POD_NAME: "store-0", PORT: String(store) });
		await start({ ROLE: "back", POD_NAME: "back-0", PORT: String(back), NEXT: `localhost:${store}` });
		await start({ ROLE: "front", POD_NAME: "front-0", PORT: String(front), NEXT: `localhost:${back}` });
		const response = await fetch(`http://127.0.0.1:${front}/`);
		const answer = (await response.json()) as ChainAnswer;
		expect(response.status).toBe(200);
		expect(answer).toMatchObject({ role: "front", pod: "front-0", ok: true });
		expect(answer.hops.map((hop) => [hop.from.pod, hop.pod])).toEqual([
			["front-0", "back-0"],
			["back-0", "store-0"],
		]);
		expect(answer.hops[0]?.ms).toBeGreaterThanOrEqual(answer.hops[1]?.ms ?? Number.NaN);
	});

	test("answer 502 when the chain is cut, 404 elsewhere, by IPv6 as well", async () => {
		const [port, nobody] = [await freePort(), await freePort()];
		await start({ ROLE: "back", POD_NAME: "back-0", PORT: String(port), NEXT: `localhost:${nobody}` });
		expect((await fetch(`http://[::1]:${port}/`)).status).toBe(502);
		expect((await fetch(`http://[::1]:${port}/other`)).status).toBe(404);
		expect(await (await fetch(`http://[::1]:${port}/whoami`)).json()).toEqual({ role: "back", pod: "back-0" });
	});

	test("end at once on SIGTERM, also with a request in flight", async () => {
		const slow = await pretend("127.0.0.1", 0, {}, 10_000);
		servers.push(slow);
		const slowPort = (slow.address() as { port: number }).port;
		const port = await freePort();
		const child = await start({ ROLE: "back", PORT: String(port), NEXT: `127.0.0.1:${slowPort}` });
		const asked = once(slow, "request");
		const pending = fetch(`http://127.0.0.1:${port}/`).catch(() => "cut");
		await asked;
		child.kill("SIGTERM");
		const [code] = await once(child, "exit");
		expect(code).toBe(0);
		expect(await pending).toBe("cut");
		slow.closeAllConnections();
	});
});

describe("reach", () => {
	test("tells for each peer whether it answers, who did, and why not", async () => {
		const port = await freePort();
		servers.push(await pretend("127.0.0.2", port, { role: "back", pod: "back-0" }));
		servers.push(await pretend("::1", port, { role: "store", pod: "store-0" }));
		const peers = [
			{ role: "back", name: "back-0", via: "pod", address: "127.0.0.2" },
			{ role: "store", name: "store", via: "service", address: "::1" },
			{ role: "store", name: "store-1", via: "pod", address: "127.0.0.3" },
		];
		const { code, stdout } = await reach(["--peers", JSON.stringify(peers), "--timeout", "500"], port);
		expect(code).toBe(0);
		const found = JSON.parse(stdout) as Reached[];
		expect(found.map(({ from, peer, family, ok, answered }) => [from, peer, family, ok, answered])).toEqual([
			["front-0", "back-0", 4, true, "back-0"],
			["front-0", "store", 6, true, "store-0"],
			["front-0", "store-1", 4, false, null],
		]);
		expect(found[2]?.error).toMatch(/^connect ECONNREFUSED 127\.0\.0\.3/);
	});

	test("many peers that don't answer take little longer than one", async () => {
		const port = await freePort();
		const addresses = Array.from({ length: 20 }, (_, index) => `127.0.0.${index + 2}`);
		for (const address of addresses) servers.push(await pretend(address, port, {}, 60_000));
		const peers = addresses.map((address) => ({ role: "back", name: address, via: "pod", address }));
		const start = performance.now();
		const { stdout } = await reach(["--peers", JSON.stringify(peers), "--timeout", "1000"], port);
		// One after the other they would take at least 20 s.
		expect(performance.now() - start).toBeLessThan(18_000);
		const found = JSON.parse(stdout) as Reached[];
		expect(found.map(({ error }) => error)).toEqual(addresses.map(() => "no answer within 1000 ms"));
		for (const server of servers) server.closeAllConnections();
	});

	test("wrong arguments end with code 2 and a sentence", async () => {
		expect(await reach(["--timeout", "soon"], 1)).toEqual({
			code: 2,
			stdout: "",
			stderr: 'reach: --timeout is "soon"; right is a whole number above 0\n',
		});
		expect(await reach(["--peers", "{}"], 1)).toMatchObject({
			code: 2,
			stderr: "reach: --peers is not a JSON array\n",
		});
	});

	test("no peers is an empty array", async () => {
		expect(await reach(["--peers", "[]"], 1)).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
	});
});
