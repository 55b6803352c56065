import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { emergencyStopKind, emergencyStopsPath } from "../api/emergency-stop.ts";
import { ownGroup, version } from "../api/names.ts";
import { ApiServer, orNothing } from "../controller/api-server.ts";
import { holds } from "../provider/lifecycle/observe.ts";
import { Stack } from "../test/support/stack.ts";
import { kubeconfigPath } from "../tools/cluster/cluster.ts";
import { ownCluster } from "../tools/cluster/own-cluster.ts";
import { clusterPids } from "../tools/cluster/processes.ts";
import { ensureImages } from "../tools/images/ensure.ts";
import { root } from "../tools/lib/paths.ts";
import { tablesLeft } from "../tools/lib/pod-network.ts";
import type { Progress } from "../tools/lib/progress.ts";
import { type Bound, type Memory, realBounds } from "./bounds.ts";
import { timed } from "./lifecycle.ts";
import { memoryOf } from "./memory.ts";
import { type Result, resultOf } from "./result.ts";
import { elapsed, Units } from "./units.ts";
import { benchNamespace, benchSelector, Workload } from "./workload.ts";

/** Namespace of an Installation. */
const system = "pulumi-chaos";
const sizes = [1, 10, 40];
/** Addresses that nobody has (RFC 5737): the pods are cut off from them. */
const nobody = "192.0.2.0/24";

const partition = {
	action: "partition",
	mode: "all",
	selector: benchSelector,
	direction: "to",
	externalTargets: [nobody],
	duration: "10m",
};
const failure = { action: "pod-failure", mode: "all", selector: benchSelector, duration: "10m" };

/**
 * Times faults on pods that run, with the whole system installed for it.
 *
 * @param results - where each case is added as soon as it is timed
 */
export async function benchReal(often: number, progress: Progress, results: Result[]): Promise<Bound[]> {
	if (ownCluster())
		throw new Error("the bench looks at the node itself: it runs on a cluster that the project has made");
	const kubeConfig = new KubeConfig();
	kubeConfig.loadFromFile(kubeconfigPath());
	const server = new ApiServer(kubeConfig);
	if (await orNothing(server.get(`/api/v1/namespaces/${system}`)))
		throw new Error(`there is a namespace ${system} in the cluster; destroy that installation first`);
	const images = await ensureImages();
	const installation = await Stack.create(join(root, "examples/installation"), "bench", {
		"pulumi-chaos:kubeconfig": kubeconfigPath(),
		image: images.system.ref,
		verifySeconds: "10",
	});
	let workload: Workload | undefined;
	try {
		await progress.step("installing the system", () => installation.ok("up"));
		workload = await Workload.create(server, images.sample.ref);
		return await new Run(server, workload, often, progress, results).all();
	} finally {
		await workload?.remove();
		await progress.step("destroying the system", () => installation.ok("destroy"));
		installation.dispose();
		server.close();
	}
}

class Run {
	readonly #server: ApiServer;
	readonly #workload: Workload;
	readonly #often: number;
	readonly #progress: Progress;
	readonly #results: Result[];

	constructor(server: ApiServer, workload: Workload, often: number, progress: Progress, results: Result[]) {
		this.#server = server;
		this.#workload = workload;
		this.#often = often;
		this.#progress = progress;
		this.#results = results;
	}

	async all(): Promise<Bound[]> {
		const [witness] = await this.#workload.scale(1);
		const units = new Units(this.#server, this.#workload.unit, witness?.metadata.uid ?? "");
		let memory: Memory = { controller: 0, daemon: 0 };
		try {
			for (const targets of sizes) {
				await this.#workload.scale(targets);
				await this.#progress.step(`partition of ${targets}`, async () => {
					memory = await this.#partitions(targets, units);
				});
			}
		} finally {
			await units.close();
		}
		const largest = Math.max(...sizes);
		await this.#progress.step(`emergency stop of ${largest}`, () => this.#stops(largest));
		for (const targets of sizes) {
			await this.#workload.scale(targets);
			await this.#progress.step(`pod-failure of ${targets}`, () => this.#failures(targets));
			await this.#progress.step(`pulumi up and destroy with ${targets}`, () => this.#stacks(targets));
		}
		this.#note("unit-patch", "api-server", 1, units.patches);
		this.#note("unit-nft", "nftables", 1, units.nfts);
		return realBounds(this.#results, memory);
	}

	/** Returns what memory the parts had while the fault was in place. */
	async #partitions(targets: number, units: Units): Promise<Memory> {
		const memories: Memory[] = [];
		await this.#faults("NetworkChaos", "nftables", partition, targets, this.#often, async (when) => {
			if (when === "between") await units.time(10);
			else memories.push(await memoryOf(this.#server, system));
		});
		const most = (part: keyof Memory): number => Math.max(...memories.map((memory) => memory[part]));
		return { controller: most("controller"), daemon: most("daemon") };
	}

	/** From the request for an emergency stop until the status says that no target is hit, which the pods then confirm. */
	async #stops(targets: number): Promise<void> {
		const times: number[] = [];
		for (let number = 0; number < Math.ceil(this.#often / 3); number++) {
			const subject = {
				kind: "NetworkChaos",
				namespace: benchNamespace,
				name: `bench-stop-${number}`,
				spec: partition,
			};
			await timed(this.#server, subject, async (_injected, until) => {
				const name = "bench";
				const begin = performance.now();
				await this.#server.post(emergencyStopsPath, {
					apiVersion: `${ownGroup}/${version}`,
					kind: emergencyStopKind,
					metadata: { name },
				});
				await until((experiment) => experiment !== undefined && holds(experiment, "AllRecovered"));
				times.push(performance.now() - begin);
				const left = tablesLeft(clusterPids());
				await this.#server.delete(`${emergencyStopsPath}/${name}`, {});
				if (left.length > 0) throw new Error(`the status says that no target is hit, but there is ${left.join(", ")}`);
				await until((experiment) => experiment !== undefined && holds(experiment, "AllInjected"));
			});
		}
		this.#note("emergency-stop", "nftables", targets, times);
	}

	/** A third as often: each takes as long as the kubelet does. */
	#failures(targets: number): Promise<void> {
		return this.#faults("PodChaos", "api-server", failure, targets, Math.ceil(this.#often / 3), async (when) => {
			if (when === "between") await this.#workload.ready(targets);
		});
	}

	/** The first one does not count: it loads what is loaded once. */
	async #faults(
		kind: string,
		engine: string,
		spec: object,
		targets: number,
		often: number,
		look: (when: "between" | "injected") => Promise<void>,
	): Promise<void> {
		const injects: number[] = [];
		const recovers: number[] = [];
		for (let number = 0; number <= often; number++) {
			await look("between");
			const subject = { kind, namespace: benchNamespace, name: `bench-${targets}-${number}`, spec };
			const { inject, recover } = await timed(this.#server, subject, () => look("injected"));
			if (number === 0) continue;
			injects.push(inject);
			recovers.push(recover);
		}
		this.#note(`inject-${kind}`, engine, targets, injects);
		this.#note(`recover-${kind}`, engine, targets, recovers);
	}

	/** `pulumi up` and `pulumi destroy` of a program with one partition, a third as often. */
	async #stacks(targets: number): Promise<void> {
		const experiments = JSON.stringify({ cut: { namespace: benchNamespace, ...partition } });
		const program = join(root, "test/support/programs/experiments");
		const stack = await Stack.create(program, "bench", { kubeconfig: kubeconfigPath(), experiments });
		const ups: number[] = [];
		const destroys: number[] = [];
		try {
			for (let number = 0; number < Math.ceil(this.#often / 3); number++) {
				ups.push(await elapsed(() => stack.ok("up")));
				destroys.push(await elapsed(() => stack.ok("destroy")));
			}
		} finally {
			stack.dispose();
		}
		this.#note("up", "nftables", targets, ups);
		this.#note("destroy", "nftables", targets, destroys);
	}

	#note(name: string, engine: string, targets: number, times: readonly number[]): void {
		this.#results.push(resultOf(name, engine, targets, times));
	}
}
