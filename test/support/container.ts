import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { NodeTarget } from "../../api/injector.ts";

const root = "/sys/fs/cgroup";
/** One hierarchy for all (version 2), or one a controller. */
const unified = existsSync(join(root, "cgroup.controllers"));
/** Where folders are made: those of version 1 that a runtime makes for a container, as far as they are asked about. */
const hierarchies = unified ? [root] : ["cpu", "cpuacct", "memory", "pids"].map((name) => join(root, name));

/** Limits of a container: bytes of memory, processors. */
export interface Limits {
	memory?: number;
	processors?: number;
}

/**
 * What a node sees of a container: a process that is the first of a process namespace, in cgroups of its own that count and
 * limit, in any version. Its counters are read here by their files, not by what is tested. Needs root.
 */
export class Container {
	readonly target: NodeTarget & { container: string };
	readonly #path: string;
	#process: ChildProcess | undefined;
	#pid = 0;

	private constructor(name: string) {
		const id = randomBytes(32).toString("hex");
		const podUid = randomUUID();
		this.#path = join(`pulumi-chaos-test-${podUid.slice(0, 8)}`, `pod${podUid}`, id);
		const containers = [{ name: "main", id: `containerd://${id}` }];
		this.target = { namespace: "shop", pod: name, podUid, containers, container: "main" };
	}

	static async start(name: string, limits: Limits = {}): Promise<Container> {
		const container = new Container(name);
		for (const hierarchy of hierarchies) {
			let folder = hierarchy;
			for (const part of container.#path.split("/")) {
				if (unified) writeFileSync(join(folder, "cgroup.subtree_control"), "+cpu +memory +pids");
				folder = join(folder, part);
				mkdirSync(folder);
			}
		}
		const { memory, processors } = limits;
		// What is measured is what is asked for, whatever else the machine is busy with.
		container.#write("cpu", unified ? "cpu.weight" : "cpu.shares", unified ? "10000" : "262144", 1);
		if (memory) container.#write("memory", unified ? "memory.max" : "memory.limit_in_bytes", String(memory));
		if (processors) {
			const quota = String(Math.round(processors * 100_000));
			if (unified) container.#write("cpu", "cpu.max", `${quota} 100000`);
			else container.#write("cpu", "cpu.cfs_quota_us", quota);
		}
		await container.run();
		return container;
	}

	/** First process of the container, as the node numbers it. */
	get pid(): number {
		return this.#pid;
	}

	/** Processor time that the container has used, in seconds. */
	get seconds(): number {
		if (unified) return Number(/usage_usec (\d+)/.exec(this.#read("cpu", "cpu.stat"))?.[1]) / 1e6;
		return Number(this.#read("cpuacct", "cpuacct.usage")) / 1e9;
	}

	/**
	 * Bytes of memory that its processes have, files in memory among them. Not `memory.usage_in_bytes`, which the kernel raises by
	 * 64 pages a processor at a time.
	 */
	get bytes(): number {
		const stat = this.#read("memory", "memory.stat");
		const names = unified ? ["anon", "file"] : ["total_rss", "total_cache"];
		return names.reduce((sum, name) => sum + Number(new RegExp(`^${name} (\\d+)$`, "m").exec(stat)?.[1]), 0);
	}

	/** Processes in it, in any hierarchy. */
	get pids(): number[] {
		const lists = hierarchies.map((each) => readFileSync(join(each, this.#path, "cgroup.procs"), "utf8"));
		return [
			...new Set(
				lists
					.flatMap((list) => list.split("\n"))
					.filter(Boolean)
					.map(Number),
			),
		];
	}

	/** Processes in it besides its own. */
	get guests(): number[] {
		return this.pids.filter((pid) => pid !== this.#pid);
	}

	/** Processors that it uses, over so many milliseconds from now. */
	async processors(ms: number): Promise<number> {
		const [from, at] = [this.seconds, performance.now()];
		await sleep(ms);
		return ((this.seconds - from) / (performance.now() - at)) * 1000;
	}

	/** Starts a first process in the same cgroups, as a runtime would if it named containers alike. */
	async run(): Promise<void> {
		const child = spawn("unshare", ["--pid", "--fork", "--kill-child", "--", "sleep", "infinity"], { stdio: "ignore" });
		this.#process = child;
		const children = `/proc/${child.pid}/task/${child.pid}/children`;
		for (this.#pid = 0; this.#pid === 0; await sleep(10)) this.#pid = Number(readFileSync(children, "utf8").trim());
		for (const each of hierarchies) writeFileSync(join(each, this.#path, "cgroup.procs"), String(this.#pid));
	}

	/** Ends the first process, and waits until all that lived by it is gone. */
	async kill(): Promise<void> {
		if (existsSync(`/proc/${this.#pid}`)) process.kill(this.#pid, "SIGKILL");
		while (this.pids.length > 0) await sleep(20);
		this.#process?.kill("SIGKILL");
	}

	/** Ends it and takes its cgroups away, which fails for as long as anything is in them. */
	async stop(): Promise<void> {
		await this.kill();
		const parts = this.#path.split("/");
		for (const hierarchy of hierarchies) {
			for (let depth = parts.length; depth > 0; depth--) rmdirSync(join(hierarchy, ...parts.slice(0, depth)));
		}
	}

	#folder(controller: string, depth?: number): string {
		return join(unified ? root : join(root, controller), ...this.#path.split("/").slice(0, depth));
	}

	#read(controller: string, file: string): string {
		return readFileSync(join(this.#folder(controller), file), "utf8").trim();
	}

	#write(controller: string, file: string, text: string, depth?: number): void {
		writeFileSync(join(this.#folder(controller, depth), file), text);
	}
}
