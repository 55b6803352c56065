import type { V1Pod } from "@kubernetes/client-node";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import { clusterPids } from "../../tools/cluster/processes.ts";
import { networkSettings } from "../../tools/lib/network-settings.ts";
import { type Fate, flows } from "../support/flows.ts";
import { networkChaos, runningPods } from "../support/kubernetes.ts";
import { packetEngines } from "../support/packet-engines.ts";
import { partition, sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "matrix";

/** Every action, and what becomes of packets that it hits. */
const actions: readonly [string, object, Fate][] = [
	["partition", {}, "none"],
	["delay", { delay: { latency: "300ms" } }, "slow"],
	["loss", { loss: { loss: "100" } }, "none"],
	["duplicate", { duplicate: { duplicate: "100" } }, "twice"],
	["corrupt", { corrupt: { corrupt: "100" } }, "none"],
	["rate", { rate: { rate: "32kbit" } }, "slow"],
	["netem", { delay: { latency: "300ms" }, loss: { loss: "0" } }, "slow"],
	["bandwidth", { bandwidth: { rate: "1kbit", limit: 1000, buffer: 40 } }, "none"],
];
const directions = ["to", "from", "both"] as const;
const whoms = ["a target", "addresses outside", "nobody"] as const;

type Direction = (typeof directions)[number];
type Whom = (typeof whoms)[number];

const cells = actions.flatMap(([action, what, fate]) =>
	directions.flatMap((direction) => whoms.map((whom) => ({ action, what, fate, direction, whom }))),
);
/** Each action with two or three of the nine combinations, each combination with two actions. */
const isInSample = (index: number): boolean => (index + Math.floor(index / 9)) % 4 === 0;
const chosen = process.env["PULUMI_CHAOS_CELLS"] === "all" ? cells : cells.filter((_, index) => isInSample(index));

/** One pod of each role. */
let pods: Record<string, V1Pod>;
let backAddresses: string[];
/** Packet filters, queues, routes and rules of all pods and nodes before anything was done. */
let before: string[];
const settings = (): string[] => networkSettings(clusterPids()).sort();

beforeAll(async () => {
	const running = await runningPods(sampleNamespace, "app");
	const role = ({ metadata }: V1Pod) => metadata?.labels?.["app"] ?? "";
	pods = Object.fromEntries(running.map((pod) => [role(pod), pod]));
	backAddresses = running
		.filter((pod) => role(pod) === "back")
		.flatMap(({ status }) => status?.podIPs?.map(({ ip }) => ip) ?? []);
	before = settings();
});

afterEach(async () => {
	if (await networkChaos.read(sampleNamespace, name)) await networkChaos.delete(sampleNamespace, name);
	expect(tablesLeft()).toEqual([]);
});

/** What must become of every flow: pods of front are selected, and back is named, if anybody is. */
function expected(fate: Fate, direction: Direction, whom: Whom): Record<string, string> {
	const isHit = (from: string, to: string): boolean => {
		const isNamed = (role: string) => whom === "nobody" || role === "back";
		if (from === "front" && direction !== "from") return isNamed(to);
		return to === "front" && direction !== "to" && isNamed(from);
	};
	const roles = Object.keys(pods);
	return Object.fromEntries(
		roles.flatMap((from) =>
			roles
				.filter((to) => to !== from)
				.flatMap((to) => [4, 6].map((v) => [`${from} -> ${to}, IPv${v}`, isHit(from, to) ? fate : "as they are"])),
		),
	);
}

function others(whom: Whom): object {
	if (whom === "nobody") return {};
	if (whom === "a target") return { target: partition("front", "back").target };
	return { externalTargets: backAddresses };
}

async function expectFlows(wanted: Record<string, string>, waitMs: number): Promise<void> {
	await expect.poll(() => flows(pods, waitMs), { timeout: 60_000, interval: 100 }).toEqual(wanted);
}

describe("hits what it should and nothing else, and lets go of it", () => {
	it.each(chosen)("$action $direction, naming $whom", async ({ action, what, fate, direction, whom }) => {
		await expectFlows(expected("as they are", direction, whom), 400);
		const { target: _, ...front } = partition("front", "back", direction);
		const spec = { ...front, ...others(whom), action, ...what } as NetworkChaosSpec;
		await networkChaos.create(sampleNamespace, name, spec);
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		// At this rate what one pod sends takes its time.
		await expectFlows(expected(fate, direction, whom), action === "rate" ? 5000 : 1500);
		await networkChaos.delete(sampleNamespace, name);
		await expectFlows(expected("as they are", direction, whom), 400);
	});
});

it("leaves packet filters, queues, routes and rules of all pods and nodes as they were, and no helper", async () => {
	// Pods that were cut off from everybody may just have been told that they are ready again.
	await expect.poll(settings, { timeout: 60_000, interval: 1000 }).toEqual(before);
	await expect.poll(packetEngines, { timeout: 30_000 }).toBe(0);
});
