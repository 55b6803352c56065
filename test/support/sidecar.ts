import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { debianFiles } from "../../tools/lib/debian-package.ts";
import { lineProgress } from "../../tools/lib/progress.ts";
import { haproxyPackages } from "../../tools/test/needs.ts";
import type { Pod } from "./pod.ts";

/** The user that a proxy runs as, by which its own packets are told from those of the application: that of Istio's. */
const user = 1337;
const [outbound, inbound] = [15001, 15006];

/** Listens where the rules lead to, and goes on to where the packets were meant for. */
const configuration = `
global
	uid ${user}
	gid ${user}
defaults
	mode tcp
	timeout connect 2s
	timeout client 60s
	timeout server 60s
listen mesh
	bind 0.0.0.0:${outbound}
	bind 0.0.0.0:${inbound}
	option transparent
`;

/** What istio-init writes, as far as it leads packets: all TCP of the application, both ways, through the proxy. IPv4, by which HAProxy finds out where to. */
const rules = `
table ip mesh {
	chain sent {
		type nat hook output priority -100;
		meta skuid ${user} return
		oifname "lo" return
		meta l4proto tcp redirect to :${outbound}
	}
	chain received {
		type nat hook prerouting priority -100;
		iifname "lo" return
		meta l4proto tcp redirect to :${inbound}
	}
}
`;

/** A proxy in a pod's network (HAProxy), through which all that the pod's application sends and receives by TCP goes. */
export class Sidecar {
	readonly #process: ChildProcess;
	readonly #folder: string;
	readonly #pod: Pod;

	private constructor(pod: Pod, process: ChildProcess, folder: string) {
		this.#pod = pod;
		this.#process = process;
		this.#folder = folder;
	}

	static async start(pod: Pod): Promise<Sidecar> {
		const progress = lineProgress();
		const roots = await Promise.all(haproxyPackages.map((name) => debianFiles(name, progress)));
		const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-sidecar-"));
		const file = join(folder, "haproxy.cfg");
		writeFileSync(file, configuration);
		const libraries = roots.map((root) => join(root, "usr/lib/x86_64-linux-gnu")).join(":");
		const child = spawn(
			"nsenter",
			[`--net=/proc/${pod.pid}/ns/net`, join(roots[0] ?? "", "usr/sbin/haproxy"), "-db", "-f", file],
			{ stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, LD_LIBRARY_PATH: libraries } },
		);
		const sidecar = new Sidecar(pod, child, folder);
		while (!pod.run("ss", "-Hltn").includes(`:${inbound} `)) {
			if (child.exitCode !== null) throw new Error(`the proxy ended with status ${child.exitCode}`);
			await sleep(50);
		}
		pod.run("nft", rules);
		return sidecar;
	}

	/** Takes the rules away, and the proxy. */
	async stop(): Promise<void> {
		this.#pod.run("nft", "delete table ip mesh");
		const ended = new Promise((resolve) => this.#process.once("exit", resolve));
		this.#process.kill("SIGKILL");
		await ended;
		rmSync(this.#folder, { recursive: true });
	}
}
