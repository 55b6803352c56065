import type { Experiment } from "../api/experiment.ts";
import { apiVersion } from "../api/names.ts";
import type { ApiServer } from "../controller/api-server.ts";
import { holds } from "../provider/lifecycle/observe.ts";

/** Longest wait for a step, ms. */
const patienceMs = 300_000;

/** An experiment that is to be timed. */
export interface Subject {
	kind: string;
	namespace: string;
	name: string;
	spec: object;
}

/** How long the steps of one experiment took, ms. */
export interface Times {
	/** From before the request to create it until AllInjected is True. */
	inject: number;
	/** From before the request to delete it until it is gone. */
	recover: number;
}

/**
 * Takes an experiment through its life, and times its steps as a user sees them: by a watch of the object.
 *
 * @param whileInjected - called in between, with the object as it is then, and with what waits until it is another
 */
export async function timed(
	server: ApiServer,
	{ kind, namespace, name, spec }: Subject,
	whileInjected: (experiment: Experiment, until: Until) => Promise<void> = async () => undefined,
): Promise<Times> {
	const collection = `/apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}`;
	const seen = new Seen(server, collection, name);
	try {
		const begin = performance.now();
		await server.post(collection, { apiVersion, kind, metadata: { name }, spec });
		const injected = await seen.until((experiment) => experiment !== undefined && holds(experiment, "AllInjected"));
		const inject = performance.now() - begin;
		if (injected) await whileInjected(injected, (isRight) => seen.until(isRight));
		const middle = performance.now();
		await server.delete(`${collection}/${name}`, {});
		await seen.until((experiment) => experiment === undefined);
		return { inject, recover: performance.now() - middle };
	} finally {
		seen.stop();
	}
}

/** Waits until the object is as asked, and returns it then; it is undefined when it is gone, or not yet there. */
type Until = (isRight: (experiment: Experiment | undefined) => boolean) => Promise<Experiment | undefined>;

/** One object as a watch shows it. */
class Seen {
	readonly #name: string;
	readonly #stop = new AbortController();
	#last: Experiment | undefined;
	#look: () => void = () => undefined;
	/** Rejects when the watch ends. */
	readonly #end: Promise<never>;

	constructor(server: ApiServer, collection: string, name: string) {
		this.#name = name;
		this.#end = this.#follow(server, collection);
		this.#end.catch(() => undefined);
	}

	until(isRight: Parameters<Until>[0]): ReturnType<Until> {
		return new Promise((resolve, reject) => {
			const fail = (error: unknown): void => {
				const conditions = JSON.stringify(this.#last?.status?.conditions);
				reject(new Error(`${this.#name} does not get where it should: ${conditions}`, { cause: error }));
			};
			const timer = setTimeout(() => fail(new Error(`it took more than ${patienceMs / 1000} s`)), patienceMs);
			this.#end.catch(fail);
			this.#look = () => {
				if (!isRight(this.#last)) return;
				clearTimeout(timer);
				this.#look = () => undefined;
				resolve(this.#last);
			};
			this.#look();
		});
	}

	stop(): void {
		this.#stop.abort();
	}

	/** Lists and watches, again and again: an API server ends watches as it likes, those of a new CRD at once. */
	async #follow(server: ApiServer, collection: string): Promise<never> {
		const query = { fieldSelector: `metadata.name=${this.#name}` };
		for (;;) {
			const { metadata, items } = await server.get<List>(collection, query);
			this.#see(items[0]);
			const { resourceVersion } = metadata;
			for await (const { type, object } of server.watch(collection, { ...query, resourceVersion }, this.#stop.signal)) {
				if (type === "DELETED") this.#see(undefined);
				else if (type === "ADDED" || type === "MODIFIED") this.#see(object as Experiment);
			}
		}
	}

	#see(experiment: Experiment | undefined): void {
		this.#last = experiment;
		this.#look();
	}
}

interface List {
	metadata: { resourceVersion: string };
	items: Experiment[];
}
