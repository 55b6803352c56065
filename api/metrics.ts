/** Content type of Prometheus' text format. */
export const metricsType = "text/plain; version=0.0.4; charset=utf-8";

/** Upper ends of a histogram's buckets, seconds: from a look at a file to a kubelet that takes its time. */
const latencies = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** Values of a metric's labels. Each takes few values, known beforehand: never a name of a pod or an experiment. */
export type Labels<L extends string> = Readonly<Record<L, string>>;

/** One value of a gauge. */
export type Reading<L extends string> = readonly [labels: Labels<L>, value: number];

/**
 * The metrics of one process, in Prometheus' text format (0.0.4). What is needed of it is small, so it is ours: prom-client would
 * bring OpenTelemetry into the bundles of controller and daemon.
 *
 * @example
 * const metrics = new Metrics();
 * const failures = metrics.counter<"kind">("pulumi_chaos_daemon_failures_total", "Steps that failed.");
 * failures.add({ kind: "NetworkChaos" });
 * metrics.gauge("pulumi_chaos_daemon_journal_bytes", "Bytes of the journal.", () => [[{}, journal.size]]);
 */
export class Metrics {
	readonly #metrics = new Map<string, { help: string; type: string; samples: () => string[] }>();

	/** What only grows; its name ends in `_total`. */
	counter<L extends string = never>(name: string, help: string): Counter<L> {
		const counter = new Counter<L>();
		this.#add(name, help, "counter", () => counter.readings().map((reading) => sample(name, ...reading)));
		return counter;
	}

	/** What goes up and down, read whenever somebody asks. */
	gauge<L extends string = never>(name: string, help: string, read: () => Iterable<Reading<L>>): void {
		this.#add(name, help, "gauge", () => Array.from(read(), (reading) => sample(name, ...reading)));
	}

	/** How long something takes; its name ends in `_seconds`. */
	histogram<L extends string = never>(name: string, help: string): Histogram<L> {
		const histogram = new Histogram<L>();
		this.#add(name, help, "histogram", () => histogram.samples(name));
		return histogram;
	}

	/** Names and types of all metrics, also of those that have no value yet. */
	get all(): ReadonlyMap<string, { type: string; help: string }> {
		return this.#metrics;
	}

	/** All of them as they are now. */
	text(): string {
		const blocks = [...this.#metrics].map(([name, { help, type, samples }]) =>
			[`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples()].join("\n"),
		);
		return `${blocks.join("\n")}\n`;
	}

	#add(name: string, help: string, type: string, samples: () => string[]): void {
		if (this.#metrics.has(name)) throw new Error(`there is a metric ${JSON.stringify(name)} already`);
		this.#metrics.set(name, { help, type, samples });
	}
}

/** A number for each set of labels that only grows. */
export class Counter<L extends string> {
	readonly #values = new Map<string, Reading<L>>();

	add(labels: Labels<L>, by = 1): void {
		const key = labelsText(labels);
		this.#values.set(key, [labels, (this.#values.get(key)?.[1] ?? 0) + by]);
	}

	readings(): Reading<L>[] {
		return [...this.#values.values()];
	}
}

/** Counts of durations for each set of labels. */
export class Histogram<L extends string> {
	readonly #series = new Map<string, { labels: Labels<L>; counts: number[]; count: number; sum: number }>();

	observe(labels: Labels<L>, seconds: number): void {
		const key = labelsText(labels);
		const series = this.#series.get(key) ?? { labels, counts: latencies.map(() => 0), count: 0, sum: 0 };
		this.#series.set(key, series);
		series.counts = series.counts.map((count, index) => (seconds <= (latencies[index] ?? 0) ? count + 1 : count));
		series.count++;
		series.sum += seconds;
	}

	/** Runs a task and notes how long it took, however it ends. */
	async time<T>(labels: Labels<L>, task: () => Promise<T>): Promise<T> {
		const begin = performance.now();
		try {
			return await task();
		} finally {
			this.observe(labels, (performance.now() - begin) / 1000);
		}
	}

	samples(name: string): string[] {
		return [...this.#series.values()].flatMap(({ labels, counts, count, sum }) => [
			...counts.map((value, index) => sample(`${name}_bucket`, { ...labels, le: String(latencies[index]) }, value)),
			sample(`${name}_bucket`, { ...labels, le: "+Inf" }, count),
			sample(`${name}_sum`, labels, sum),
			sample(`${name}_count`, labels, count),
		]);
	}
}

function sample(name: string, labels: Labels<string>, value: number): string {
	return `${name}${labelsText(labels)} ${value}`;
}

function labelsText(labels: Labels<string>): string {
	const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
	return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
	return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
