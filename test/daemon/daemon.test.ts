import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BatchResponse, controllerClientName, daemonServerName, type InjectItem } from "../../api/daemon-api.ts";
import { createLog } from "../../api/log.ts";
import { type Daemon, startDaemon } from "../../daemon/daemon.ts";
import { settingsOf } from "../../daemon/settings.ts";
import { Authority } from "../support/certificates.ts";
import { Pod } from "../support/pod.ts";
import { Client } from "./client.ts";

const back4 = "10.77.0.2";
let folder: string;
let authority: Authority;
let front: Pod;
let back: Pod;
let daemon: Daemon;
let client: Client;

beforeAll(async () => {
	authority = await Authority.create();
	[front, back] = await Promise.all([Pod.start("front"), Pod.start("back")]);
	front.link(back, "eth0", ["10.77.0.1/24"], [`${back4}/24`]);
});

afterAll(async () => {
	await Promise.all([front?.stop(), back?.stop()]);
});

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-daemon-"));
	authority.write(folder, await authority.issue(daemonServerName));
	await start();
});

afterEach(async () => {
	client.close();
	await daemon.stop();
	rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
	const settings = settingsOf({
		PULUMI_CHAOS_TLS_DIR: folder,
		PULUMI_CHAOS_JOURNAL: join(folder, "journal"),
		PULUMI_CHAOS_VERIFY_SECONDS: "0.1",
		PULUMI_CHAOS_PORT: "0",
		PULUMI_CHAOS_HEALTH_PORT: "0",
	});
	daemon = await startDaemon(settings, createLog("error"));
	client = new Client(daemon.port, { ca: authority.ca, ...(await authority.issue(controllerClientName)) });
}

const id = "0123456789abcdef";

function item(overrides: Partial<InjectItem> = {}): InjectItem {
	return {
		id,
		experiment: "8f0b5c8e-0000-4000-8000-000000000001",
		kind: "NetworkChaos",
		target: front.target,
		instruction: { action: "partition", drops: [{ hook: "output", peers: [back4] }] },
		expiresInMs: 60_000,
		...overrides,
	};
}

async function inject(...items: InjectItem[]): Promise<BatchResponse["results"]> {
	const { status, body } = await client.call("POST", "/v1/inject", { items });
	expect(status, JSON.stringify(body)).toBe(200);
	return (body as BatchResponse).results;
}

async function recover(...ids: string[]): Promise<BatchResponse["results"]> {
	const { status, body } = await client.call("POST", "/v1/recover", { ids });
	expect(status, JSON.stringify(body)).toBe(200);
	return (body as BatchResponse).results;
}

describe("the daemon", () => {
	it("injects and recovers", async () => {
		const { experiment } = item();
		expect(await inject(item())).toEqual([{ id, experiment, status: "injected" }]);
		expect(await front.reaches(back4)).toEqual([false]);
		expect(await inject(item())).toEqual([{ id, experiment, status: "injected" }]);
		expect(await recover(id)).toEqual([{ id, experiment, status: "recovered" }]);
		expect(front.ruleset()).toBe("");
		expect(await front.reaches(back4)).toEqual([true]);
		expect(await recover(id)).toEqual([{ id, experiment: "", status: "recovered" }]);
	});
});
