import { expect, it } from "vitest";
import { Metrics } from "../../api/metrics.ts";

it("writes counters and gauges in Prometheus' format, and those without a value by name only", () => {
	const metrics = new Metrics();
	const failures = metrics.counter<"kind" | "step">("failures_total", "Steps that failed.");
	metrics.counter("others_total", "Others.");
	let size = 1;
	metrics.gauge("journal_bytes", "Bytes.", () => [[{}, size]]);
	failures.add({ kind: "A", step: "inject" });
	failures.add({ kind: "A", step: "inject" }, 2);
	failures.add({ kind: 'a "quoted\\"\nname', step: "inject" });
	size = 4096;
	expect(metrics.text().split("\n")).toEqual([
		"# HELP failures_total Steps that failed.",
		"# TYPE failures_total counter",
		'failures_total{kind="A",step="inject"} 3',
		'failures_total{kind="a \\"quoted\\\\\\"\\nname",step="inject"} 1',
		"# HELP others_total Others.",
		"# TYPE others_total counter",
		"# HELP journal_bytes Bytes.",
		"# TYPE journal_bytes gauge",
		"journal_bytes 4096",
		"",
	]);
});

it("counts a duration in each bucket that it fits into", () => {
	const metrics = new Metrics();
	const histogram = metrics.histogram<"kind">("step_seconds", "Steps.");
	histogram.observe({ kind: "A" }, 0.25);
	histogram.observe({ kind: "A" }, 100);
	const lines = metrics.text().split("\n");
	expect(lines).toEqual(
		expect.arrayContaining([
			'step_seconds_bucket{kind="A",le="0.1"} 0',
			'step_seconds_bucket{kind="A",le="0.25"} 1',
			'step_seconds_bucket{kind="A",le="60"} 1',
			'step_seconds_bucket{kind="A",le="+Inf"} 2',
			'step_seconds_sum{kind="A"} 100.25',
			'step_seconds_count{kind="A"} 2',
		]),
	);
});

it("times what fails too, and lets the failure through", async () => {
	const metrics = new Metrics();
	const histogram = metrics.histogram("step_seconds", "Steps.");
	expect(await histogram.time({}, async () => "done")).toBe("done");
	await expect(histogram.time({}, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
	expect(metrics.text()).toContain("\nstep_seconds_count 2\n");
});

it("takes a name once", () => {
	const metrics = new Metrics();
	metrics.counter("a_total", "A.");
	expect(() => metrics.histogram("a_total", "A.")).toThrow('there is a metric "a_total" already');
});
