import type { Probe } from "../../api/probe.ts";
import { quote } from "../../api/problem.ts";
import type { Pod } from "../../selection/pod.ts";
import { whyNot } from "./compare.ts";
import type { PodExec } from "./pod-exec.ts";
import { Unwell } from "./unwell.ts";

/** Pods as the cache has them. */
export interface PodCache {
	get(namespace: string, name: string): Pod | undefined;
	all(): Iterable<Pod>;
}

type Asked = NonNullable<Probe["command"]>;

/** Runs the command in the pod. Returns why it has not ended as it must. */
export async function askCommand(
	{ command: asked }: Probe,
	own: string,
	{ pods, exec }: { pods: PodCache; exec: PodExec },
	signal: AbortSignal,
): Promise<string | undefined> {
	if (!asked) throw new Error("it has no field command");
	const { command, exitCode = 0, criteria } = asked;
	const pod = podOf(asked, asked.namespace ?? own, pods);
	const container = asked.container ?? pod.spec.containers[0]?.name ?? "";
	if (!pod.spec.containers.some(({ name }) => name === container)) {
		throw new Error(`pod ${pod.metadata.name} has no container ${quote(container)}`);
	}
	const { namespace, name } = pod.metadata;
	const { code, stdout, stderr } = await exec({ namespace, pod: name, container, command }, signal);
	if (code !== exitCode) {
		const said = stderr.trim() || stdout.trim();
		throw new Unwell(
			`${quote(command[0])} ended with ${code}, not ${exitCode}${said === "" ? "" : `: ${quote(said)}`}`,
		);
	}
	return criteria && whyNot(criteria, stdout.trim(), "what it prints", true);
}

/** Where there is no such pod, the system lacks what it should have. */
function podOf({ pod: name, labelSelectors = {} }: Asked, namespace: string, pods: PodCache): Pod {
	if (name !== undefined) {
		const pod = pods.get(namespace, name);
		if (pod?.status.phase === "Running" && pod.metadata.deletionTimestamp === undefined) return pod;
		throw new Unwell(`there is no pod ${namespace}/${name} that runs`);
	}
	const labels = Object.entries(labelSelectors);
	const [first] = [...pods.all()]
		.filter(({ metadata }) => metadata.namespace === namespace && metadata.deletionTimestamp === undefined)
		.filter(({ metadata }) => labels.every(([key, value]) => metadata.labels?.[key] === value))
		.filter(({ status }) => status.phase === "Running")
		.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
	if (first) return first;
	throw new Unwell(`no pod with the labels ${labels.map((pair) => pair.join("=")).join(",")} runs in ${namespace}`);
}
