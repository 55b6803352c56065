import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiServer } from "../controller/api-server.ts";
import { podProcesses } from "../tools/lib/pod-processes.ts";
import { run } from "../tools/lib/run.ts";

/** One table as a small partition has it, replaced as a whole. */
const ruleset = `add table inet bench_unit
delete table inet bench_unit
table inet bench_unit {
	set peers {
		type ipv4_addr
		flags interval
		elements = { 192.0.2.0/24 }
	}
	chain output {
		type filter hook output priority -10; policy accept;
		oifname != "lo" ip daddr @peers drop
	}
}
`;

/** What a fault can't do without, alone: the measures that its times are compared with. They are timed between the faults. */
export class Units {
	/** Milliseconds of each time. */
	readonly patches: number[] = [];
	readonly nfts: number[] = [];
	readonly #server: ApiServer;
	readonly #object: string;
	readonly #netns: string;
	readonly #folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-bench-"));

	/**
	 * @param object - path of an object that nobody watches
	 * @param podUid - a pod that runs on this machine
	 */
	constructor(server: ApiServer, object: string, podUid: string) {
		this.#server = server;
		this.#object = object;
		const [first] = podProcesses(podUid);
		if (!first) throw new Error(`no process of pod ${podUid} runs on this machine`);
		this.#netns = `--net=/proc/${first.pid}/ns/net`;
		writeFileSync(join(this.#folder, "rules"), ruleset);
	}

	/** Times each unit so often, after one that does not count: it warms the connection up. */
	async time(often: number): Promise<void> {
		await this.#patch(-1);
		for (let number = 0; number < often; number++) {
			this.patches.push(await elapsed(() => this.#patch(number)));
			this.nfts.push(await elapsed(() => this.#nft("-f", join(this.#folder, "rules"))));
		}
	}

	async close(): Promise<void> {
		await this.#nft("delete", "table", "inet", "bench_unit").catch(() => undefined);
		rmSync(this.#folder, { recursive: true });
	}

	async #patch(number: number): Promise<void> {
		const changed = `${performance.now()} ${number}`;
		await this.#server.patch(this.#object, { metadata: { annotations: { "pulumi-chaos.io/bench": changed } } });
	}

	async #nft(...args: string[]): Promise<void> {
		await run("nsenter", [this.#netns, "--", "nft", ...args]);
	}
}

/** Milliseconds that a task takes. */
export async function elapsed(task: () => Promise<unknown>): Promise<number> {
	const begin = performance.now();
	await task();
	return performance.now() - begin;
}
