import type { Experiment } from "../api/experiment.ts";
import { Stage } from "../test/cluster/stage.ts";
import { eventually } from "../test/support/kubernetes.ts";
import { scrape } from "../test/support/metrics.ts";
import type { Progress } from "../tools/lib/progress.ts";
import { type Bound, simulatedBounds } from "./bounds.ts";
import { forgetExperiments, forgetPods, imaginePods } from "./imagined-pods.ts";
import { timed } from "./lifecycle.ts";
import { type Result, resultOf } from "./result.ts";

const sizes = [1000, 6000];
const nodeCount = 50;
const app = "imagined";

/**
 * Times one experiment on thousands of targets: a real API server, the controller in this process, a double of the daemon for
 * each of 50 nodes, and pods that are only objects.
 *
 * @param results - where each size is added as soon as it is timed
 */
export async function benchSimulated(
	often: number,
	progress: Progress,
	results: Result[],
): Promise<{ bounds: Bound[]; notes: string[] }> {
	const stage = new Stage();
	try {
		await progress.step(`starting a controller and ${nodeCount} daemons`, () => stage.open(nodeCount));
		const notes: string[] = [];
		let objectBytes = 0;
		let made = 0;
		for (const targets of sizes) {
			await progress.step(`making ${targets} pods`, () => podsUpTo(stage, made, targets));
			made = targets;
			const measured = await progress.step(`partition of ${targets}`, () => measure(stage, targets, often));
			results.push(...measured.results);
			objectBytes = Math.max(objectBytes, measured.objectBytes);
			notes.push(
				`${targets} targets: ${(measured.writes / targets).toFixed(3)} API writes a target for both steps, ` +
					`object of ${(measured.objectBytes / 1e3).toFixed(0)} kB, ` +
					`${(measured.memory / 1e6).toFixed(0)} MB resident (controller and doubles)`,
			);
		}
		return { bounds: simulatedBounds(results, objectBytes), notes: [...notes, ""] };
	} finally {
		await progress.step("clearing up", async () => {
			await forgetExperiments(stage.server, stage.shop);
			await forgetPods(stage.server, stage.shop, nodesOf(stage));
			await stage.close();
		});
	}
}

async function podsUpTo(stage: Stage, from: number, to: number): Promise<void> {
	await imaginePods(stage.server, stage.shop, app, from, to, nodesOf(stage));
	// The controller has to know them: what it does not find in its cache it reads one by one.
	await eventually("the cache holds all pods", async () => (await cachedPods(stage)) >= to);
}

function nodesOf(stage: Stage): string[] {
	return Array.from({ length: nodeCount }, (_, index) => stage.node(index + 1));
}

async function cachedPods(stage: Stage): Promise<number> {
	return (await scrape(stage.ports.health))["pulumi_chaos_controller_cached_pods"] ?? 0;
}

interface Measured {
	results: Result[];
	/** Per experiment. */
	writes: number;
	objectBytes: number;
	memory: number;
}

async function measure(stage: Stage, targets: number, often: number): Promise<Measured> {
	const injects: number[] = [];
	const recovers: number[] = [];
	let objectBytes = 0;
	let memory = 0;
	let writes = 0;
	// The first one does not count.
	for (let number = 0; number <= often; number++) {
		const before = await writesOf(stage);
		const spec = {
			action: "partition",
			mode: "all",
			selector: { labelSelectors: { app } },
			direction: "to",
			externalTargets: ["192.0.2.0/24"],
		};
		const subject = { kind: "NetworkChaos", namespace: stage.shop, name: `bench-${targets}-${number}`, spec };
		const times = await timed(stage.server, subject, async (experiment) => {
			objectBytes = Math.max(objectBytes, sizeOf(experiment));
			memory = Math.max(memory, process.memoryUsage.rss());
			assertHit(stage, experiment, targets);
		});
		assertClean(stage);
		if (number === 0) continue;
		injects.push(times.inject);
		recovers.push(times.recover);
		writes = (await writesOf(stage)) - before;
	}
	const results = [
		resultOf("inject-NetworkChaos", "simulated", targets, injects),
		resultOf("recover-NetworkChaos", "simulated", targets, recovers),
	];
	return { results, writes, objectBytes, memory };
}

function sizeOf(experiment: Experiment): number {
	return Buffer.byteLength(JSON.stringify(experiment));
}

/** Requests of the controller that change something. */
async function writesOf(stage: Stage): Promise<number> {
	const samples = Object.entries(await scrape(stage.ports.health));
	return samples
		.filter(([name]) => name.startsWith("pulumi_chaos_controller_api_requests_total") && !name.includes('"GET"'))
		.reduce((sum, [, value]) => sum + value, 0);
}

function heldBy(stage: Stage): number {
	return [...stage.daemons.values()].reduce((sum, { held }) => sum + held.size, 0);
}

function assertHit(stage: Stage, { status }: Experiment, targets: number): void {
	const records = status?.experiment.containerRecords ?? [];
	if (records.length !== targets || heldBy(stage) !== targets)
		throw new Error(`${targets} targets, ${records.length} records, ${heldBy(stage)} faults in place`);
}

function assertClean(stage: Stage): void {
	if (heldBy(stage) > 0) throw new Error(`${heldBy(stage)} faults are left after the experiment has gone`);
}
