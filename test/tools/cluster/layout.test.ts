import { expect, test } from "vitest";
import { type ClusterLayout, clusterLayout, maxIndex, sharedLayout } from "../../../tools/cluster/layout.ts";

function strings(value: unknown): string[] {
	if (typeof value === "string") return [value];
	return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

test("two clusters share no name, no path and no address", () => {
	const layouts = Array.from({ length: maxIndex + 1 }, (_, index) => clusterLayout(`c${index}`, index));
	const zones = ["a", "b"];
	const all = layouts
		.flatMap((layout: ClusterLayout) => [...new Set(strings(layout))])
		.filter((s) => !zones.includes(s));
	expect(all.length).toBeGreaterThan(200);
	expect(new Set(all).size).toBe(all.length);
});

test("the two nodes of a cluster share nothing", () => {
	const [one, two] = clusterLayout("main", 0).nodes;
	expect(strings(one).filter((each) => strings(two).includes(each))).toEqual([]);
});

test("the longest name fits into what the kernel and containerd allow", () => {
	const layout = clusterLayout("abcdefghi", 0);
	expect(layout.hostInterface.length).toBeLessThanOrEqual(15);
	expect(`${layout.nodes[0].run}/s`.length).toBeLessThanOrEqual(42);
});

test.each(["", "Main", "a-b", "../x", "abcdefghij", "1a"])('"%s" is no name of a cluster', (name) => {
	expect(() => clusterLayout(name, 0)).toThrow(
		`cluster name "${name}" is not usable: take 1 to 9 lower-case letters and digits, a letter first`,
	);
});

test("the variable chooses the shared cluster's addresses", () => {
	expect(sharedLayout({}).pods4).toBe("10.244.0.0/16");
	expect(sharedLayout({ PULUMI_CHAOS_CLUSTER_INDEX: "3" }).pods4).toBe("10.247.0.0/16");
	expect(() => sharedLayout({ PULUMI_CHAOS_CLUSTER_INDEX: "x" })).toThrow(
		'PULUMI_CHAOS_CLUSTER_INDEX="x" is not usable: take a whole number from 0 to 7',
	);
	expect(() => sharedLayout({ PULUMI_CHAOS_CLUSTER_INDEX: "8" })).toThrow(
		"cluster index 8 is not usable: take a whole number from 0 to 7",
	);
});
