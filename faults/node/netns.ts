import { readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type NodeTarget, TargetGoneError } from "../../api/injector.ts";
import { limiter } from "../../api/limiter.ts";
import { command } from "./command.ts";
import { mountsIn } from "./mounts.ts";
import { cgroupOf, membership, netnsOf, processes, startOf } from "./processes.ts";

/** A pod's network namespace: its identity, and a process that keeps it alive (the pod's sandbox while it runs). */
export interface Netns {
	/** `device:inode` of the namespace. */
	netns: string;
	pid: number;
}

// Each command is a process or two; more at once than this only take the node's processors from each other.
const inTurn = limiter(4);

/**
 * The network namespace of a pod, found by the pod's processes. Throws a TargetGoneError when it has none, and an Error when the
 * pod uses the host's network.
 *
 * @param onHost - the host's network is meant, if that is the pod's
 */
export function podNetns(target: NodeTarget, { onHost = false } = {}): Netns {
	const found = anyNetns(target);
	if (onHost || found.netns !== netnsOf(hostProcess())) return found;
	throw new Error(
		`pod ${target.namespace}/${target.pod} uses the host's network (hostNetwork: true): a network fault would hit the whole node; select other pods`,
	);
}

function anyNetns(target: NodeTarget): Netns {
	const own = processes()
		.flatMap(({ pid, cgroup }) => {
			const of = membership(cgroup, target);
			const netns = of && netnsOf(pid);
			return netns === undefined ? [] : [{ pid, of, netns, start: startOf(pid) }];
		})
		.sort((one, other) => one.start - other.start);
	const host = netnsOf(hostProcess());
	// The first process of a container is always in the pod's namespace; what a container starts later may have its own.
	const witness = own.find(({ of }) => of === "container") ?? own.find(({ netns }) => netns !== host) ?? own[0];
	if (!witness) {
		throw new TargetGoneError(
			`pod ${target.namespace}/${target.pod} (uid ${target.podUid}) has no process on this node`,
		);
	}
	const oldest = own.find(({ netns }) => netns === witness.netns) ?? witness;
	return { netns: witness.netns, pid: oldest.pid };
}

/** Whether the pod still lives in this network namespace: `elsewhere` when it got another one, `gone` when it has no process. */
export function whereabouts(target: NodeTarget, { netns, pid }: Netns): "here" | "elsewhere" | "gone" {
	const cgroup = cgroupOf(pid);
	if (netnsOf(pid) === netns && cgroup !== undefined && membership(cgroup, target)) return "here";
	try {
		return anyNetns(target).netns === netns ? "here" : "elsewhere";
	} catch (error) {
		if (error instanceof TargetGoneError) return "gone";
		throw error;
	}
}

/**
 * Runs a program (no shell) in a network namespace and returns its output; undefined when the namespace is no more. Not more
 * than four at once. Throws a CommandError.
 */
export function runInNetns(
	namespace: Netns,
	file: string,
	args: readonly string[],
	input?: string,
): Promise<string | undefined> {
	return inTurn(async () => {
		const handle = await openNetns(namespace);
		if (!handle) return undefined;
		try {
			// By the open file and not by a path: the process that the path names may be another one by now.
			const enter = ["--net=/proc/self/fd/3", "--", file, ...args];
			return await command("nsenter", enter, { descriptors: [handle.fd], ...(input !== undefined && { input }) });
		} finally {
			await handle.close();
		}
	});
}

/** Opens the namespace by whoever keeps it alive: the process of the record, any other process, or a file of the runtime's. */
export async function openNetns({ netns, pid }: Netns): Promise<FileHandle | undefined> {
	const known = await openIf(`/proc/${pid}/ns/net`, netns);
	if (known) return known;
	for (const process of processes()) {
		if (netnsOf(process.pid) !== netns) continue;
		const handle = await openIf(`/proc/${process.pid}/ns/net`, netns);
		if (handle) return handle;
	}
	for (const path of filesOf(netns)) {
		const handle = await openIf(path, netns);
		if (handle) return handle;
	}
	return undefined;
}

async function openIf(path: string, netns: string): Promise<FileHandle | undefined> {
	const handle = await open(path, "r").catch(() => undefined);
	if (!handle) return undefined;
	const { dev, ino } = await handle.stat();
	if (`${dev}:${ino}` === netns) return handle;
	await handle.close();
	return undefined;
}

// Process 1, and kthreadd where security rules hide process 1: both are in the host's own namespaces.
const hostProcesses = [1, 2];

/** A process that is in the host's own network namespace. @throws Error when none can be looked at. */
export function hostProcess(): number {
	const pid = hostProcesses.find((each) => netnsOf(each) !== undefined);
	if (pid !== undefined) return pid;
	throw new Error(
		"the host's network namespace can't be read from /proc/1/ns/net; the daemon needs hostPID and the capability SYS_PTRACE",
	);
}

/**
 * Files by which container runtimes keep a network namespace, also when it has no process left: mounts under `/run/netns`, or
 * wherever the runtime is told to put them.
 */
function filesOf(netns: string): string[] {
	return hostProcesses.flatMap((pid) =>
		netnsMounts(mountsOf(pid), netns).map((mountPoint) => `/proc/${pid}/root${mountPoint}`),
	);
}

function mountsOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/mountinfo`, "utf8");
	} catch {
		return "";
	}
}

/** Where a network namespace is mounted, by the text of `/proc/<pid>/mountinfo`. */
export function netnsMounts(mountinfo: string, netns: string): string[] {
	const inode = netns.split(":")[1];
	return mountsIn(mountinfo).flatMap(({ root, point }) => (root === `net:[${inode}]` ? [point] : []));
}
