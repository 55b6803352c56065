import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { answerChain } from "../../../images/sample/chain.ts";
import { freePort, pretend } from "./servers.ts";

const front = { role: "front", pod: "front-0" };
const servers: Server[] = [];

afterEach(() => {
	for (const server of servers.splice(0)) server.close();
});

async function backThatAnswers(answer: object, delayMs = 0): Promise<number> {
	const server = await pretend("127.0.0.1", 0, answer, delayMs);
	servers.push(server);
	return (server.address() as AddressInfo).port;
}

test("the last role answers for itself", async () => {
	expect(await answerChain(front, undefined)).toEqual({ ...front, ok: true, hops: [] });
});

test("hops of the next role follow the own one, which is timed", async () => {
	const later = { from: { role: "back", pod: "back-1" }, to: "store", pod: "store-2", ms: 3, error: null };
	const port = await backThatAnswers({ role: "back", pod: "back-1", ok: true, hops: [later] }, 30);
	const answer = await answerChain(front, { host: "localhost", port, timeoutMs: 1000 });
	expect(answer.ok).toBe(true);
	expect(answer.hops).toEqual([
		{ from: front, to: "localhost", pod: "back-1", ms: expect.any(Number), error: null },
		later,
	]);
	expect(answer.hops[0]?.ms).toBeGreaterThanOrEqual(29);
});

test("a later hop that failed makes the whole answer fail, and stays told apart", async () => {
	const later = {
		from: { role: "back", pod: "back-1" },
		to: "store",
		pod: null,
		ms: 900,
		error: "no answer within 900 ms",
	};
	const port = await backThatAnswers({ role: "back", pod: "back-1", ok: false, hops: [later] });
	const answer = await answerChain(front, { host: "localhost", port, timeoutMs: 1000 });
	expect(answer.ok).toBe(false);
	expect(answer.hops.map((hop) => hop.error)).toEqual([null, "no answer within 900 ms"]);
});

test("a next role that is not reached is one failed hop", async () => {
	const port = await freePort();
	const answer = await answerChain(front, { host: "127.0.0.1", port, timeoutMs: 1000 });
	expect(answer).toMatchObject({ ok: false, hops: [{ from: front, to: "127.0.0.1", pod: null }] });
	expect(answer.hops[0]?.error).toBe(`connect ECONNREFUSED 127.0.0.1:${port}`);
});
