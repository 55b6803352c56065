import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { NodeTarget } from "../../api/injector.ts";

const cgroups = ["/sys/fs/cgroup", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/unified"].find((path) =>
	existsSync(join(path, "cgroup.procs")),
);

/** A program in a container, which answers a line on its standard input by a line on its standard output. */
export class Program {
	readonly pid: number;
	readonly #parent: ChildProcess;
	readonly #answers: AsyncIterator<string>;

	constructor(pid: number, parent: ChildProcess) {
		this.pid = pid;
		this.#parent = parent;
		this.#answers = createInterface({ input: parent.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
	}

	/** How it has ended, as shells say it; undefined while it runs. */
	get status(): number | undefined {
		return this.#parent.exitCode ?? undefined;
	}

	/** Its answer. Throws when it has ended. */
	async ask(question = ""): Promise<string> {
		this.#parent.stdin?.write(`${question}\n`);
		return this.next();
	}

	/** Its next line. */
	async next(): Promise<string> {
		const { value, done } = await this.#answers.next();
		if (done) throw new Error(`the program has ended (${this.status})`);
		return value;
	}
}

/** What a node sees of a container: processes in a cgroup that is named as the kubelet names it. Needs root. */
export class ProgramContainer {
	readonly target: NodeTarget;
	readonly #folders: string[];

	constructor(name = "web") {
		if (!cgroups) throw new Error("no cgroup tree is mounted at /sys/fs/cgroup");
		const podUid = randomUUID();
		const id = randomBytes(32).toString("hex");
		const folder = join(cgroups, `pulumi-chaos-test-${podUid.slice(0, 8)}`);
		this.#folders = [folder, join(folder, `pod${podUid}`), join(folder, `pod${podUid}`, id)];
		for (const path of this.#folders) mkdirSync(path);
		const containers = [{ name: "main", id: `containerd://${id}` }];
		this.target = { namespace: "shop", pod: name, podUid, containers, container: "main" };
	}

	/** Starts a program in it, with this environment besides. */
	async start(file: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Program> {
		// It joins before it begins, as what a runtime starts does; and it is no child of ours, as no target of a daemon is.
		const joins = 'echo $$ > "$0/cgroup.procs" && exec "$@"';
		const parent = spawn(
			"/bin/sh",
			[
				"-c",
				'exec 3>&2 2> /dev/null; (exec 2>&3 3>&-; exec /bin/sh -c "$0" "$@"); exit $?',
				joins,
				this.#folders[2] ?? "",
				file,
				...args,
			],
			{ stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } },
		);
		await once(parent, "spawn");
		for (;;) {
			const pid = Number(readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, "utf8"));
			if (pid > 0 && this.pids().includes(pid)) return new Program(pid, parent);
			await sleep(1);
		}
	}

	/** All of its processes, as the kernel lists them. */
	pids(): number[] {
		const list = readFileSync(join(this.#folders[2] ?? "", "cgroup.procs"), "utf8");
		return list.split("\n").filter(Boolean).map(Number);
	}

	/** Ends all of its processes. */
	async stop(): Promise<void> {
		while (this.pids().length > 0) {
			for (const pid of this.pids()) {
				try {
					process.kill(pid, "SIGKILL");
				} catch {
					// It ended by itself.
				}
			}
			await sleep(5);
		}
		for (const path of this.#folders.splice(0).toReversed()) await remove(path);
	}
}

/** Removes a cgroup; one of version 2 is busy for a while after its last process has ended. */
async function remove(path: string): Promise<void> {
	for (let tries = 1; ; tries++) {
		try {
			return rmdirSync(path);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EBUSY" || tries === 500) throw error;
			await sleep(20);
		}
	}
}
