import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { officialHostAnswers } from "../../../tools/pulumi/official.ts";

async function host(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/install.sh`;
}

test("a host that answers is there", async () => {
	expect(await officialHostAnswers(3_000, await host((_, answer) => answer.end()))).toBe(true);
});

test("a host that refuses is not", async () => {
	const refusing = await host((_, answer) => answer.writeHead(403).end());
	expect(await officialHostAnswers(3_000, refusing)).toBe(false);
});

test("a host that keeps silent is not", async () => {
	expect(await officialHostAnswers(200, await host(() => {}))).toBe(false);
});

test("a host that can't be reached is not", async () => {
	expect(await officialHostAnswers(3_000, "http://127.0.0.1:1/install.sh")).toBe(false);
});
