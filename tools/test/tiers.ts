import { inMachine } from "./machine.ts";
import type { Wrap } from "./vitest.ts";

/** What a tier needs brought up before its tests start. */
export type Need = "dist" | "pulumi" | "cluster" | "two nodes" | "images" | "netfilter" | "haproxy" | "qemu" | "arm64";

/** One tier of tests: a vitest project, or the linters. */
export interface Tier {
	name: string;
	/** Budget in minutes, warm, from CONTRIBUTING; printed next to what it took, never asserted. */
	budget: number;
	needs: Need[];
	/** Where the tests run, when not here. */
	wrap?: Wrap;
	/** Runs only when it is named: it takes its time, and seldom finds what the others do not. */
	nightly?: true;
}

/** In the order in which they run: cheap before dear. */
export const tiers: Tier[] = [
	{ name: "lint", budget: 1, needs: [] },
	{ name: "unit", budget: 2, needs: ["dist", "netfilter", "haproxy", "arm64"] },
	{ name: "engine", budget: 3, needs: ["dist", "pulumi"] },
	{ name: "workplace", budget: 3, needs: [] },
	{ name: "cluster", budget: 5, needs: ["dist", "pulumi", "cluster"] },
	{ name: "e2e", budget: 20, needs: ["dist", "pulumi", "cluster", "two nodes", "images"] },
	{ name: "vm", budget: 5, needs: ["netfilter", "haproxy", "qemu"], wrap: inMachine },
	{ name: "kill", budget: 4, needs: ["dist", "pulumi"] },
	{ name: "examples", budget: 10, needs: ["dist", "pulumi", "cluster", "two nodes", "images"] },
	{ name: "nightly", budget: 10, needs: ["dist", "cluster"], nightly: true },
];
