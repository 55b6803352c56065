import { createHash } from "node:crypto";
import { daemonSteps, type Step } from "../../api/step.ts";
import type { Edge } from "./crash/order.ts";
import { type Part, parts } from "./parts.ts";
import { type Passed, type Scenario, scenarios } from "./scenarios.ts";

/** One kill: of a part, at a step of a phase, or while the fault is held. */
export interface Cell {
	scenario: Scenario;
	part: Part;
	phase: "inject" | "hold" | "recover";
	at?: { step: Passed; edge: Edge };
}

/** The moment of a cell, for people. */
export function momentOf({ phase, at }: Cell): string {
	if (!at) return phase;
	const [step, pass] = at.step;
	return `${phase}: ${at.edge} ${step}${pass > 1 ? ` ${pass}` : ""}`;
}

/** What a cell is called; each has another name. */
export function nameOf(cell: Cell): string {
	return `${cell.scenario.name} | ${momentOf(cell)} | ${cell.part}`;
}

/** Whether the daemon makes a step; all others are the controller's. */
const isByDaemon = ([step]: Passed): boolean => daemonSteps.some((each) => each === step);

const isRecord = ([step]: Passed): boolean => step === "status-write" || step === "finalizers-write";

/** Steps before which the helper runs, and which go by it. */
const withHelper: readonly Step[] = ["nft-replace", "nft-append", "engine-remove", "nft-delete", "engine-leave"];

/** Every part is killed right before every step; whoever makes the step also right behind it. */
export const cells: readonly Cell[] = scenarios.flatMap((scenario) => {
	const phases = ["inject", "recover"] as const;
	const hit = (scenario.parts ?? parts).filter((part) => !part.endsWith("daemon") || scenario.usesDaemon);
	const atSteps = phases.flatMap((phase) =>
		scenario.passes[phase].flatMap((step) =>
			hit.flatMap((part): Cell[] => {
				const maker = isByDaemon(step) ? "daemon" : "leader";
				const edges: Edge[] = part === maker ? ["before", "after"] : ["before"];
				return edges.map((edge) => ({ scenario, part, phase, at: { step, edge } }));
			}),
		),
	);
	const held = scenario.passes.inject.length > 0 ? hit.map((part): Cell => ({ scenario, part, phase: "hold" })) : [];
	return [...atSteps, ...held].filter(isPossible);
});

function isPossible({ scenario, part, phase, at }: Cell): boolean {
	switch (part) {
		// Runs only while it injects or recovers, and takes half a minute a cell: one kind shows what its end means.
		case "pulumi":
			return scenario.name === "partition" && phase !== "hold";
		// Runs only while a fault needs it.
		case "helper":
			return scenario.usesHelper === true && (at === undefined || withHelper.includes(at.step[0]));
		// What it is about to do when it wakes up is what matters; the records of all kinds are written alike.
		case "frozen leader":
			return at !== undefined && !isByDaemon(at.step) && (scenario.kind === "NetworkChaos" || !isRecord(at.step));
		// Takes as long as its Lease: before each of its calls, and while nothing goes on, is enough.
		case "cut-off leader":
			return at === undefined || at.step[0].endsWith("-call");
		// Takes as long as the lease of its node, which only what can be undone has.
		case "cut-off daemon":
			return !scenario.oneShot && (at === undefined || at.step[0].endsWith("-call"));
		default:
			return true;
	}
}

/** A part of the cells by chance: the same for the same seed, and each kind of fault in it as often as the others. */
export function sample(seed: string, count: number): Cell[] {
	const rank = (cell: Cell) =>
		createHash("sha256")
			.update(`${seed} ${nameOf(cell)}`)
			.digest("hex");
	const shuffled = cells.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1));
	const byKind = scenarios.map((scenario) => shuffled.filter((cell) => cell.scenario === scenario));
	const rounds = Array.from({ length: count }, (_, round) => byKind.flatMap((ofKind) => ofKind[round] ?? []));
	return rounds.flat().slice(0, count);
}
