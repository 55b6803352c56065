import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeTarget } from "../../api/injector.ts";
import { root } from "../../tools/lib/paths.ts";
import type { Arrival, Exchange } from "./datagrams.mts";
import type { Echo, Probes, Request, Response } from "./pod-agent.mts";

const support = join(root, "test", "support");

/** Where cgroups can be made: the unified tree, or one tree of version 1. */
const cgroups = ["/sys/fs/cgroup", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/unified"].find((path) =>
	existsSync(join(path, "cgroup.procs")),
);

/** Options of a pod; a pod has its own network unless told otherwise. */
export interface PodOptions {
	hostNetwork?: boolean;
}

/**
 * What a node sees of a pod: a process in a network namespace and a cgroup of its own, named as the kubelet names them. The
 * process (pod-agent.mts) echoes on port 8080 and dials others. Needs root.
 */
export class Pod {
	readonly target: NodeTarget;
	readonly #process: ChildProcess;
	readonly #folders: string[];
	readonly #answers = new Map<number, (response: Response) => void>();
	#requests = 0;

	private constructor(process: ChildProcess, target: NodeTarget, folders: string[]) {
		this.#process = process;
		this.target = target;
		this.#folders = folders;
		process.on("message", (response: Response) => this.#answers.get(response.id)?.(response));
	}

	/** Starts a pod; it has only the loopback device until it is linked. */
	static async start(name: string, { hostNetwork = false }: PodOptions = {}): Promise<Pod> {
		if (!cgroups) throw new Error("no cgroup tree is mounted at /sys/fs/cgroup");
		const podUid = randomUUID();
		const container = randomBytes(32).toString("hex");
		const folder = join(cgroups, `pulumi-chaos-test-${podUid.slice(0, 8)}`);
		const folders = [folder, join(folder, `pod${podUid}`), join(folder, `pod${podUid}`, container)];
		const agent = join(support, "pod-agent.mts");
		const child = hostNetwork
			? fork(join(support, "pod-idle.mts"))
			: fork(agent, { execPath: "unshare", execArgv: ["--net", "--", process.execPath] });
		await new Promise((resolve, reject) => {
			child.once("message", resolve).once("exit", () => reject(new Error(`the process of pod ${name} ended at once`)));
		});
		for (const path of folders) mkdirSync(path);
		writeFileSync(join(folders[2] ?? "", "cgroup.procs"), String(child.pid));
		const containers = [{ name: "main", id: `containerd://${container}` }];
		const pod = new Pod(child, { namespace: "shop", pod: name, podUid, containers }, folders);
		if (!hostNetwork) pod.run("ip", "link", "set", "lo", "up");
		return pod;
	}

	get pid(): number {
		return this.#process.pid ?? 0;
	}

	/** Runs a program in the pod's network namespace and returns its output. */
	run(file: string, ...args: string[]): string {
		return execFileSync("nsenter", [`--net=/proc/${this.pid}/ns/net`, file, ...args], { encoding: "utf8" });
	}

	/** All of the pod's nftables, without counters. */
	ruleset(): string {
		return this.run("nft", "-s", "list", "ruleset");
	}

	/** All that a fault could leave behind in the pod, where it has these devices, line by line. */
	dump(devices: readonly string[]): string[] {
		const filters = devices.flatMap((dev) => [`filter show dev ${dev} ingress`, `filter show dev ${dev} egress`]);
		const ip = ["link show", "route show table all", "rule show"].join("\n");
		const tc = ["qdisc show", ...filters].join("\n");
		const script = `nft -s list ruleset; echo "${ip}" | ip -o -batch -; echo "${tc}" | tc -batch -`;
		return this.run("sh", "-c", script)
			.split("\n")
			.map((line) => `${this.target.pod}: ${line}`);
	}

	/** Links this pod and another one by a pair of devices, with the same name on both sides. */
	link(other: Pod, device: string, addresses: string[], otherAddresses: string[]): void {
		this.run("ip", "link", "add", device, "type", "veth", "peer", "name", device, "netns", String(other.pid));
		for (const [pod, own] of [
			[this, addresses],
			[other, otherAddresses],
		] as const) {
			const nodad = (address: string): string[] => (address.includes(":") ? ["nodad"] : []);
			for (const address of own) pod.run("ip", "address", "add", address, "dev", device, ...nodad(address));
			pod.run("ip", "link", "set", device, "up");
		}
	}

	/** Number of a new connection to the echo server at an address; undefined when there is none within the time. */
	async dial(host: string, timeoutMs = 5000): Promise<number | undefined> {
		return (await this.#ask({ id: ++this.#requests, do: "dial", host, timeoutMs })).connection;
	}

	/** Whether an echo comes back on a connection. */
	async talks(connection: number | undefined, timeoutMs = 5000): Promise<boolean> {
		if (connection === undefined) throw new Error("there is no connection to talk on");
		return (await this.#ask({ id: ++this.#requests, do: "say", connection, timeoutMs })).ok;
	}

	/** The echoes of datagrams to another pod, in the order in which they came. */
	async probe(host: string, probes: Probes): Promise<Echo[]> {
		return (await this.#ask({ id: ++this.#requests, do: "probe", host, probes })).echoes ?? [];
	}

	/** Bits a second that another pod takes in on a connection that is filled for so many milliseconds. */
	async pour(host: string, ms: number): Promise<number> {
		return (await this.#ask({ id: ++this.#requests, do: "pour", host, ms })).rate ?? 0;
	}

	/** What this pod hears of others, while it sends datagrams to its peers. */
	async exchange(what: Exchange): Promise<Arrival[]> {
		return (await this.#ask({ id: ++this.#requests, do: "exchange", what })).arrivals ?? [];
	}

	#ask(request: Request): Promise<Response> {
		const answer = new Promise<Response>((resolve) => this.#answers.set(request.id, resolve));
		this.#process.send(request);
		return answer;
	}

	/** Ends the pod's process; its network namespace ends with it unless somebody else holds it. */
	async stop(): Promise<void> {
		if (this.#process.exitCode === null && this.#process.signalCode === null) {
			const ended = new Promise((resolve) => this.#process.once("exit", resolve));
			this.#process.kill("SIGKILL");
			await ended;
		}
		for (const path of this.#folders.splice(0).toReversed()) rmdirSync(path);
	}
}
