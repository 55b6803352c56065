import { type EventEmitter, on } from "node:events";
import type { OwnProbe, OwnProbeStatus } from "../../api/own-probe.ts";
import { ApiError, type Place, type Query } from "../../provider/cluster/cluster.ts";
import type { NewProbe, ProbeObjects } from "../../provider/cluster/probe-objects.ts";

/** The Probes of a cluster in memory. */
export class FakeProbes implements ProbeObjects {
	readonly objects = new Map<string, OwnProbe>();
	/** Called after each creation and change, as a controller would be. */
	look: (probe: OwnProbe) => void = (probe) => {
		probe.status = passing(probe);
	};
	readonly #ask: (request: string) => void;
	readonly #changes: EventEmitter;
	#uids = 0;

	constructor(ask: (request: string) => void, changes: EventEmitter) {
		this.#ask = ask;
		this.#changes = changes;
	}

	async get({ namespace, name }: Place): Promise<OwnProbe | undefined> {
		this.#ask(`get probes ${namespace}/${name}`);
		return structuredClone(this.objects.get(`${namespace}/${name}`));
	}

	async create(made: NewProbe): Promise<OwnProbe> {
		const key = `${made.metadata.namespace}/${made.metadata.name}`;
		this.#ask(`create probes ${key}`);
		if (this.objects.has(key)) throw new ApiError(409, `probes.pulumi-chaos.io "${made.metadata.name}" already exists`);
		const metadata = {
			...made.metadata,
			creationTimestamp: "2026-01-01T00:00:00Z",
			uid: `probe-${++this.#uids}`,
			generation: 1,
		};
		const probe = { ...made, metadata } as unknown as OwnProbe;
		this.objects.set(key, probe);
		this.#changed(probe);
		return structuredClone(probe);
	}

	async change({ metadata: { namespace, name } }: OwnProbe, wanted: NewProbe): Promise<OwnProbe> {
		const key = `${namespace}/${name}`;
		this.#ask(`change probes ${key}`);
		const probe = this.object(key);
		const anew = JSON.stringify(probe.spec) !== JSON.stringify(wanted.spec);
		probe.spec = structuredClone(wanted.spec) as OwnProbe["spec"];
		probe.metadata.labels = { ...probe.metadata.labels, ...wanted.metadata.labels };
		probe.metadata.annotations = { ...probe.metadata.annotations, ...wanted.metadata.annotations };
		if (anew) probe.metadata.generation = (probe.metadata.generation ?? 0) + 1;
		this.#changed(probe);
		return structuredClone(probe);
	}

	async delete({ namespace, name }: Place, uid: string): Promise<void> {
		const key = `${namespace}/${name}`;
		this.#ask(`delete probes ${key}`);
		const probe = this.objects.get(key);
		if (!probe) throw new ApiError(404, "not found");
		if (probe.metadata.uid !== uid) throw new ApiError(409, "the UID in the precondition does not match");
		this.remove(key);
	}

	async labelled(labels: string): Promise<OwnProbe[]> {
		this.#ask(`list probes ${labels}`);
		const [label = "", value] = labels.split("=");
		return structuredClone([...this.objects.values()].filter(({ metadata }) => metadata.labels?.[label] === value));
	}

	async *follow({ namespace, name }: Query, signal: AbortSignal): AsyncGenerator<OwnProbe[]> {
		const select = () => this.select(`${namespace}/${name}`);
		const changes = on(this.#changes, "change", { signal });
		yield select();
		try {
			for await (const _ of changes) yield select();
		} catch (error) {
			if (!signal.aborted) throw error;
		}
	}

	/** One by its place, or none. */
	select(key: string): OwnProbe[] {
		const probe = this.objects.get(key);
		return probe ? [structuredClone(probe)] : [];
	}

	/** Writes a status, as the controller does. */
	setStatus(key: string, status: Partial<OwnProbeStatus>): void {
		const probe = this.object(key);
		probe.status = { ...passing(probe), ...status };
		this.#changes.emit("change");
	}

	/** Takes an object away, as somebody else would. */
	remove(key: string): void {
		this.objects.delete(key);
		this.#changes.emit("change");
	}

	private object(key: string): OwnProbe {
		const probe = this.objects.get(key);
		if (!probe) throw new ApiError(404, `there is no ${key}`);
		return probe;
	}

	#changed(probe: OwnProbe): void {
		this.look(probe);
		this.#changes.emit("change");
	}
}

/** Status of a Probe that has just passed. */
export function passing({ metadata }: OwnProbe): OwnProbeStatus {
	const time = "2026-01-01T00:00:00Z";
	return {
		observedGeneration: metadata.generation ?? 0,
		outcome: "Passing",
		since: time,
		passed: 1,
		failed: 0,
		failedInRow: 0,
		samples: [{ time, outcome: "passed" }],
	};
}

/** Status of a Probe whose looks have said this. */
export function failing(
	{ metadata }: OwnProbe,
	messages: readonly string[],
	outcome: "Failing" | "Error" = "Failing",
): OwnProbeStatus {
	const time = "2026-01-01T00:00:00Z";
	const came = outcome === "Failing" ? "failed" : "error";
	return {
		observedGeneration: metadata.generation ?? 0,
		outcome,
		since: time,
		message: messages.at(-1) ?? "",
		passed: 0,
		failed: messages.length,
		failedInRow: messages.length,
		samples: messages.map((message) => ({ time, outcome: came, message })),
	};
}
