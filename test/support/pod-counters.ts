import { execInPod } from "../../tools/lib/pod-exec.ts";
import { clients } from "./kubernetes.ts";

/** What a container says of itself: the counters of its cgroup, as it sees them. */
export interface Counters {
	/** Bytes of memory that are charged to it. */
	bytes: number;
	/** Processors that it uses, on the average over two seconds. */
	processors: number;
}

/** Of both versions of cgroups; the time is the container's own, so that how long the way to it takes does not count. */
const script = `
cd /sys/fs/cgroup
look() {
	echo $(date +%s%N) $(cat memory/memory.usage_in_bytes memory.current 2> /dev/null) $(
		cat cpuacct/cpuacct.usage 2> /dev/null || awk '/^usage_usec/ { print $2 * 1000 }' cpu.stat
	)
}
look; sleep 2; look
`;

/** Has a container of a pod read its counters; needs a shell in it. */
export async function counters(namespace: string, pod: string, container: string): Promise<Counters> {
	const command = ["sh", "-c", script];
	const { stdout } = await execInPod(clients().config, { namespace, pod, container, command, timeoutMs: 30_000 });
	const [[from = 0, , before = 0] = [], [to = 0, bytes = 0, after = 0] = []] = stdout
		.trim()
		.split("\n")
		.map((line) => line.split(" ").map(Number));
	return { bytes, processors: (after - before) / (to - from) };
}
