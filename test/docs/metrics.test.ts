import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ControllerMetrics } from "../../controller/metrics.ts";
import { DaemonMetrics } from "../../daemon/metrics.ts";
import { root } from "../../tools/lib/paths.ts";

const load = { ready: 0, running: 0, oldestMs: 0 };
const registries = [
	new ControllerMetrics({
		leads: () => true,
		probes: () => [],
		experiments: () => [],
		queue: () => load,
		links: () => [],
		pods: () => 0,
	}).registry,
	new DaemonMetrics({ entries: () => [], journalBytes: () => 0, leaseMs: () => 0 }).registry,
];
const metrics = registries.flatMap(({ all }) => [...all].map(([name, { type }]) => ({ name, type })));
const read = (file: string) => readFileSync(join(root, "docs", file), "utf8");

/** Names under which Prometheus has a metric. */
function series({ name, type }: (typeof metrics)[number]): string[] {
	return type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name];
}

describe("metrics", () => {
	it.each(metrics)("$name is named as Prometheus wants it", ({ name, type }) => {
		expect(name).toMatch(/^pulumi_chaos_(controller|daemon)_[a-z_]+$/);
		expect(name.endsWith("_total")).toBe(type === "counter");
		if (type === "histogram") expect(name).toMatch(/_seconds$/);
	});

	it("are all in docs/metrics.md, and no others", () => {
		const documented = [...read("metrics.md").matchAll(/^\| `(pulumi_chaos_\w+)` +\| (\w+)/gm)];
		expect(documented.map(([, name, type]) => ({ name, type }))).toEqual(metrics);
	});

	it("of the dashboard exist", () => {
		const dashboard = JSON.parse(read("grafana-dashboard.json")) as { panels: { targets?: { expr: string }[] }[] };
		const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
		const asked = expressions.flatMap((expression) => expression.match(/pulumi_chaos_\w+/g) ?? []);
		expect(asked.length).toBeGreaterThanOrEqual(expressions.length);
		const known = metrics.flatMap(series);
		expect(asked.filter((name) => !known.includes(name))).toEqual([]);
	});
});
