import type { Experiment } from "../api/experiment.ts";
import { limiter } from "../api/limiter.ts";
import type { Log } from "../api/log.ts";
import type { Announcement } from "./announce.ts";
import { type ApiServer, isStatus } from "./api-server.ts";
import { keyOf } from "./experiment-index.ts";

/** Longest message that the API server takes. */
const longestMessage = 1024;
/** Events remembered, so that one that comes again is counted and not made anew. */
const remembered = 1000;

interface Made {
	path: string;
	count: number;
}

/** Writes Kubernetes events. A failure is logged and nothing more: an event that is missing must not hold up a recovery. */
export class Events {
	readonly #server: Pick<ApiServer, "post" | "patch">;
	readonly #log: Log;
	readonly #made = new Map<string, Made>();
	/** One at a time, so that they stand in their order. */
	readonly #inTurn = limiter(1);
	readonly #running = new Set<Promise<void>>();
	#number = 0;

	constructor(server: Pick<ApiServer, "post" | "patch">, log: Log) {
		this.#server = server;
		this.#log = log;
	}

	/** Begins to write events on an experiment. */
	write(experiment: Experiment, announcements: readonly Announcement[]): void {
		for (const announcement of announcements) {
			const running = this.#inTurn(() => this.#write(experiment, announcement))
				.catch((error: unknown) => {
					this.#log.warn("an event could not be written", {
						...announcement,
						experiment: experiment.metadata.uid,
						name: keyOf(experiment),
						error,
					});
				})
				.finally(() => this.#running.delete(running));
			this.#running.add(running);
		}
	}

	/** Resolves when all events are written. */
	async flush(): Promise<void> {
		await Promise.all(this.#running);
	}

	async #write(experiment: Experiment, { type, reason, message }: Announcement): Promise<void> {
		const key = `${experiment.metadata.uid} ${reason} ${message}`;
		const now = new Date().toISOString();
		const made = this.#made.get(key);
		if (made && (await this.#again(key, made, now))) return;
		const { namespace, name, uid, resourceVersion } = experiment.metadata;
		const { apiVersion, kind } = experiment;
		const path = `/api/v1/namespaces/${namespace}/events`;
		const eventName = `${name}.${Date.now().toString(16)}${(this.#number++ % 0x1000).toString(16).padStart(3, "0")}`;
		await this.#server.post(path, {
			apiVersion: "v1",
			kind: "Event",
			metadata: { name: eventName, namespace },
			involvedObject: { apiVersion, kind, namespace, name, uid, resourceVersion },
			type,
			reason,
			message: message.slice(0, longestMessage),
			source: { component: "pulumi-chaos-controller" },
			reportingComponent: "pulumi-chaos-controller",
			firstTimestamp: now,
			lastTimestamp: now,
			count: 1,
		});
		this.#made.set(key, { path: `${path}/${eventName}`, count: 1 });
		const [oldest] = this.#made.keys();
		if (this.#made.size > remembered && oldest !== undefined) this.#made.delete(oldest);
	}

	/** Counts an event that was made before; false when it has been cleared away meanwhile. */
	async #again(key: string, made: Made, lastTimestamp: string): Promise<boolean> {
		try {
			await this.#server.patch(made.path, { count: made.count + 1, lastTimestamp });
			made.count++;
			return true;
		} catch (error) {
			if (!isStatus(error, 404)) throw error;
			this.#made.delete(key);
			return false;
		}
	}
}
