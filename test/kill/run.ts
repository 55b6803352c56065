import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Experiment } from "../../api/experiment.ts";
import type { ConditionType, TargetRecord } from "../../api/status.ts";
import { decode } from "../../daemon/record.ts";
import { holds } from "../../provider/lifecycle/observe.ts";
import { cgroupPids } from "../../tools/cluster/cgroups.ts";
import { pauseImage } from "../../tools/cluster/containerd.ts";
import { tablesLeft } from "../../tools/lib/pod-network.ts";
import { movedAmong } from "../support/clocks/vdso.ts";
import { experimentsStack, type StackExperiment } from "../support/sample.ts";
import type { Cell } from "./cells.ts";
import { killers } from "./kill.ts";
import {
	api,
	createExperiment,
	deleteExperiment,
	experimentsPath,
	namespace,
	podsOf,
	readExperiment,
	until,
} from "./kube.ts";
import { layout } from "./layout.ts";
import { giveOrder, letGo, untilWaiting } from "./order.ts";
import type { Part } from "./parts.ts";
import {
	containerProcesses,
	currentTargets,
	ownCommand,
	type Scenario,
	scenarios,
	type Target,
	targetLabel,
} from "./scenarios.ts";
import { isWorldReady, journals } from "./world.ts";

/** How a cell ended: every target is hit; not every one, and the status says which and why; nothing is left of it. */
export type End = "as declared" | "said" | "clean";

const name = "cell";
const kinds = new Set(scenarios.map(({ kind }) => kind));
/** Killing these may cost the fault itself; no other death may. */
const mayLose: readonly Part[] = ["target pod", "node", "helper"];

/** Runs one cell: from a whole world to a whole world. @throws Error when anything is not as it has to be */
export async function runCell(cell: Cell): Promise<End> {
	const { scenario, part } = cell;
	await untilWhole(scenario);
	try {
		const end = part === "pulumi" ? await killPulumi(cell) : await killPart(cell);
		await untilWhole(scenario);
		return end;
	} catch (error) {
		// The next cell is to find a whole world all the same.
		letGo();
		await deleteExperiment(scenario.kind, name);
		throw error;
	}
}

/** Kills a part of the cluster. */
async function killPart(cell: Cell): Promise<End> {
	const { scenario, phase, part } = cell;
	const targets = await until("targets run", currentTargets);
	if (phase === "inject") await whileAtStep(cell, targets, () => createExperiment(scenario.kind, name, scenario.spec));
	else {
		await createExperiment(scenario.kind, name, scenario.spec);
		await settle(scenario, targets, false);
	}
	if (phase === "hold") await kill(cell, targets);
	let end: End = "clean";
	if (phase !== "recover") {
		end = await settle(scenario, targets, mayLose.includes(part));
		await deleteExperiment(scenario.kind, name);
	} else await whileAtStep(cell, targets, () => deleteExperiment(scenario.kind, name));
	await until("the experiment is gone", async () => !(await readExperiment(scenario.kind, name)));
	return end;
}

/** Begins something, waits until it is at the step of the cell, and kills there. */
async function whileAtStep(
	{ at, ...cell }: Cell,
	targets: readonly Target[],
	begin: () => Promise<void>,
): Promise<void> {
	if (!at) throw new Error("only a fault that is held has no step");
	const [step, pass] = at.step;
	giveOrder({ step, edge: at.edge, pass });
	try {
		await cell.scenario.beforeRecovery?.();
		await begin();
		await untilWaiting();
		await kill(cell, targets);
	} finally {
		letGo();
	}
}

/** Kills the CLI while it runs the phase, and has another run of it take out what is left. */
async function killPulumi({ scenario, phase, at }: Cell): Promise<End> {
	if (scenario.kind !== "NetworkChaos" || !at) throw new Error(`${scenario.name} is not driven by Pulumi here`);
	const spec = scenario.spec as StackExperiment;
	const stack = await experimentsStack(name, { [name]: spec }, { kubeconfig: layout.kubeconfig });
	try {
		if (phase === "recover") await stack.ok("up");
		giveOrder({ step: at.step[0], edge: at.edge, pass: at.step[1] });
		const { child, ended } = stack.start(phase === "recover" ? "destroy" : "up");
		await untilWaiting();
		child.kill("SIGKILL");
		await ended;
		letGo();
		await stack.cancel();
		await stack.ok("destroy");
		const left = await experimentsOf(scenario.kind);
		if (left.length > 0) throw new Error(`left after destroy: ${left.join(", ")}`);
		return "clean";
	} finally {
		letGo();
		stack.dispose();
	}
}

/** Kills the part; whoever waits meets the world without it, and then with it again. */
async function kill({ part, scenario }: Omit<Cell, "at">, targets: readonly Target[]): Promise<void> {
	// What was done once has others in the place of its targets by now.
	const [target] = scenario.oneShot ? await until("targets run", currentTargets) : targets;
	if (!target || part === "pulumi") throw new Error(`${part} is not killed here`);
	const killer = killers[part];
	await killer.kill(target);
	letGo();
	await killer.restart?.();
}

/** Waits until the status says of every target what the target itself says, and goes on to say so. */
async function settle(scenario: Scenario, targets: readonly Target[], mayBeLost: boolean): Promise<End> {
	return until("the status says what the targets say", async () => {
		const end = await whatItSays(scenario, targets, mayBeLost);
		await sleep(1500);
		return (await whatItSays(scenario, targets, mayBeLost)) === end && end;
	});
}

/** What the status says, when that is true. @throws Error when it is not, or when it is not what may be */
async function whatItSays(scenario: Scenario, targets: readonly Target[], mayBeLost: boolean): Promise<End> {
	const experiment = await readExperiment(scenario.kind, name);
	const records = experiment?.status?.experiment.containerRecords ?? [];
	// A target that is killed before it was chosen has a successor, which may be chosen in its place.
	const chosen = (uid: string) => records.find(({ podUid }) => podUid === uid);
	const others = targets.every(({ uid }) => chosen(uid)) ? [] : await currentTargets();
	const hit = [...targets, ...others.filter(({ uid }) => !targets.some((target) => target.uid === uid))];
	for (const target of hit) {
		const seen = await scenario.look(target);
		const record = chosen(target.uid);
		if (record) agree(scenario, record, seen);
		else if (!mayBeLost || (seen === "in place" && !scenario.oneShot)) throw new Error(`no record of ${target.name}`);
	}
	const unknown = records.find(({ podUid }) => !hit.some(({ uid }) => uid === podUid));
	if (records.length === 0 || unknown)
		throw new Error(`records of others than the targets: ${JSON.stringify(records)}`);
	const is = (type: ConditionType) => experiment !== undefined && holds(experiment, type);
	const all = records.every(({ phase, reason }) => phase === "Injected" && reason === undefined);
	if (is("AllInjected") !== all) throw new Error(`AllInjected is ${!all}`);
	if (all) return "as declared";
	if (!mayBeLost) throw new Error(`not every target is hit: ${JSON.stringify(records)}`);
	if (!is("TargetGone") && !is("FaultLost")) throw new Error("no condition says why not every target is hit");
	return "said";
}

function agree({ oneShot }: Scenario, record: TargetRecord, seen: Awaited<ReturnType<Scenario["look"]>>): void {
	const right =
		record.reason === "TargetGone"
			? seen === "gone" || (oneShot && seen === "in place")
			: record.reason === "FaultLost"
				? seen === "clean"
				: record.phase === "Injected" && record.reason === undefined && seen === "in place";
	if (!right) throw new Error(`the target is "${seen}", its record ${JSON.stringify(record)}`);
}

/** Waits until nothing is left of any fault, and all parts are ready for the next cell. */
async function untilWhole({ kind, spec }: Scenario): Promise<void> {
	await until(
		"nothing is left, and all is ready",
		async () => {
			const objects = await Promise.all([...kinds].map(experimentsOf));
			const pids = cgroupPids(layout.cgroup);
			const clocks = movedAmong(pids).map((pid) => `process ${pid}: its clock is moved`);
			const left = [...objects.flat(), ...tablesLeft(pids), ...clocks, ...(await changedTargets()), ...held()];
			if (left.length > 0) throw new Error(`left: ${left.join("; ")}`);
			const body = { apiVersion: "chaos-mesh.org/v1alpha1", kind, metadata: { generateName: "try-" }, spec };
			return (await isWorldReady()) && (await api("POST", `${experimentsPath(kind)}?dryRun=All`, body)) !== undefined;
		},
		240,
	);
}

async function experimentsOf(kind: string): Promise<string[]> {
	const list = await api<{ items: Experiment[] }>("GET", experimentsPath(kind));
	return (list?.items ?? []).map(({ metadata }) => `${kind} ${metadata.name}`);
}

/** What is not the targets' own, in their specs or on their node, and what of their own is not there. */
async function changedTargets(): Promise<string[]> {
	return (await podsOf(namespace, targetLabel)).flatMap(({ metadata, spec }) => {
		const said = Object.keys(metadata?.annotations ?? {}).filter((key) => key.startsWith("pulumi-chaos.io/"));
		const images = (spec?.containers ?? []).flatMap(({ image = "" }) => (image === pauseImage ? [] : [image]));
		const commands = containerProcesses(metadata?.uid ?? "").map(({ command }) => command);
		const others = commands.filter((command) => command !== ownCommand);
		// The API server may say for a while that a pod is ready whose container has just been killed.
		const missing = commands.includes(ownCommand) ? [] : ["no process of its own"];
		return [...said, ...images, ...others, ...missing].map((what) => `${metadata?.name}: ${what}`);
	});
}

/** What the journals of the nodes hold. */
function held(): string[] {
	return layout.nodes.flatMap((node) => {
		const journal = readFileSync(join(journals, node.name, "injections.jsonl"));
		return [...decode(journal).entries.keys()].map((id) => `${node.name}: ${id} in the journal`);
	});
}
