import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import type { Fate } from "./flows.ts";
import { whole } from "./whole.mts";

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

/** A fault on the pods of front, which names those of back, their addresses, or nobody. */
export interface Cell {
	action: string;
	what: object;
	fate: Fate;
	direction: (typeof directions)[number];
	whom: (typeof whoms)[number];
	/** Milliseconds after which all that a pod sends through the fault has come: at a low rate it takes its time. */
	waitMs: number;
}

const all: Cell[] = actions.flatMap(([action, what, fate]) =>
	directions.flatMap((direction) =>
		whoms.map((whom) => ({ action, what, fate, direction, whom, waitMs: action === "rate" ? 5000 : 1500 })),
	),
);

/**
 * Every action in every direction towards everybody. In a sample one of so many: each action with other ones of the nine
 * combinations than the action before it.
 */
export function matrix(oneOf: number): Cell[] {
	return whole ? all : all.filter((_, index) => (index + Math.floor(index / 9)) % oneOf === 0);
}

/** The experiment of a cell, in a namespace where the label `app` says a pod's role. */
export function specOf({ action, what, direction, whom }: Cell, namespace: string, back: string[]): NetworkChaosSpec {
	const pods = (app: string) => ({ mode: "all", selector: { namespaces: [namespace], labelSelectors: { app } } });
	const target = whom === "a target" && { target: pods("back") };
	const outside = whom === "addresses outside" && { externalTargets: back };
	return { ...pods("front"), action, direction, duration: "10m", ...what, ...target, ...outside } as NetworkChaosSpec;
}

/** What must become of what each of these roles sends each other, while the fault is in place or when it is not. */
export function expectedFlows(
	{ fate, direction, whom }: Cell,
	roles: readonly string[],
	isInPlace: boolean,
): Record<string, Fate> {
	const isNamed = (role: string): boolean => whom === "nobody" || role === "back";
	const isHit = (from: string, to: string): boolean => {
		if (from === "front" && direction !== "from") return isNamed(to);
		return to === "front" && direction !== "to" && isNamed(from);
	};
	const pairs = roles.flatMap((from) => roles.filter((to) => to !== from).map((to) => [from, to] as const));
	return Object.fromEntries(
		pairs.flatMap(([from, to]) =>
			[4, 6].map((v) => [`${from} -> ${to}, IPv${v}`, isInPlace && isHit(from, to) ? fate : "as they are"]),
		),
	);
}
