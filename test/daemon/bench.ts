import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	type BatchResponse,
	controllerClientName,
	daemonServerName,
	type InjectItem,
	type InjectionState,
} from "../../api/daemon-api.ts";
import { createLog } from "../../api/log.ts";
import { type Daemon, startDaemon } from "../../daemon/daemon.ts";
import { settingsOf } from "../../daemon/settings.ts";
import { Authority } from "../support/certificates.ts";
import { Client } from "./client.ts";

/** A daemon with its folders and certificates, and a client that it believes. */
export class Bench {
	readonly folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-daemon-"));
	readonly authority: Authority;
	/** Settings as environment variables; change them before `start`. */
	readonly environment: Record<string, string>;
	/** Lines that the daemon has logged. */
	readonly logged: string[] = [];
	#daemon: Daemon | undefined;
	#client: Client | undefined;

	private constructor(authority: Authority) {
		this.authority = authority;
		this.environment = {
			PULUMI_CHAOS_TLS_DIR: join(this.folder, "tls"),
			PULUMI_CHAOS_JOURNAL: join(this.folder, "journal"),
			PULUMI_CHAOS_VERIFY_SECONDS: "0.1",
			PULUMI_CHAOS_PORT: "0",
			PULUMI_CHAOS_HEALTH_PORT: "0",
		};
	}

	static async create(): Promise<Bench> {
		const bench = new Bench(await Authority.create());
		mkdirSync(join(bench.folder, "tls"));
		bench.authority.write(join(bench.folder, "tls"), await bench.authority.issue(daemonServerName));
		return bench;
	}

	get daemon(): Daemon {
		if (!this.#daemon) throw new Error("the daemon of the bench was not started");
		return this.#daemon;
	}

	get client(): Client {
		if (!this.#client) throw new Error("the daemon of the bench was not started");
		return this.#client;
	}

	/** Starts the daemon, in this process. */
	async start(): Promise<void> {
		this.#daemon = await startDaemon(
			settingsOf(this.environment),
			createLog("info", (line) => this.logged.push(line)),
		);
		this.#client = await this.connect(this.#daemon.port);
	}

	/** A client with the controller's certificate. */
	async connect(port: number): Promise<Client> {
		return new Client(port, { ca: this.authority.ca, ...(await this.authority.issue(controllerClientName)) });
	}

	async stop(): Promise<void> {
		this.#client?.close();
		await this.#daemon?.stop();
		this.#daemon = undefined;
	}

	/** Stops the daemon and removes its folders. */
	async close(): Promise<void> {
		await this.stop();
		rmSync(this.folder, { recursive: true });
	}

	inject(...items: InjectItem[]): Promise<InjectionState[]> {
		return batch(this.client, "/v1/inject", { epoch: 1, leaseMs: 60_000, items });
	}

	recover(...ids: string[]): Promise<InjectionState[]> {
		return batch(this.client, "/v1/recover", { epoch: 1, ids });
	}
}

/** The results of a batch; throws when the daemon refuses it. */
export async function batch(client: Client, path: string, request: unknown): Promise<InjectionState[]> {
	const { status, body } = await client.call("POST", path, request);
	if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
	return (body as BatchResponse).results;
}
