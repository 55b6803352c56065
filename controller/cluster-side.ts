import type { ClusterInjector, Injection, PodApi } from "../api/cluster-injector.ts";
import type { InjectItem, InjectionState } from "../api/daemon-api.ts";
import { TargetGoneError } from "../api/injector.ts";
import { limiter } from "../api/limiter.ts";
import { errorText } from "../api/log.ts";
import type { Pod } from "../selection/pod.ts";
import type { Held } from "./leftovers.ts";
import type { Nodes, Observed, RecoverItem } from "./world.ts";

/** Pods worked on at the same time. */
const atOnce = 10;
/** Longest wait for a kubelet: twice what a container gets by default to end. */
const defaultPatienceMs = 60_000;

/** What the cluster side needs. */
export interface ClusterSideOptions {
	api: PodApi;
	/** By kind of fault. */
	injectors: ReadonlyMap<string, ClusterInjector<unknown>>;
	/** The pods that the cache has: one, and all. */
	cache: { get(namespace: string, name: string): Pod | undefined; all(): Iterable<Pod> };
	/** Longest wait for a pod to show a step, ms; default 60 000. */
	patienceMs?: number;
}

/**
 * Faults that go through the API server, with the face of a node: a step is over when the pod itself shows it, not when the API
 * server has taken the request.
 */
export class ClusterSide implements Nodes {
	readonly #options: ClusterSideOptions;
	readonly #inTurn = limiter(atOnce);
	readonly #waiting = new Map<string, Set<() => void>>();

	constructor(options: ClusterSideOptions) {
		this.#options = options;
	}

	/** To be told of every change of a pod. */
	podChanged(after: Pod | undefined, before: Pod | undefined): void {
		const uid = (after ?? before)?.metadata.uid ?? "";
		for (const look of [...(this.#waiting.get(uid) ?? [])]) look();
	}

	inject(_node: string, items: InjectItem[]): Promise<InjectionState[]> {
		return Promise.all(items.map((item) => this.#inTurn(() => this.#inject(item))));
	}

	recover(_node: string, items: RecoverItem[]): Promise<InjectionState[]> {
		return Promise.all(items.map((item) => this.#inTurn(() => this.#recover(item))));
	}

	/** Where a fault stands that the pod holds, as far as the cache knows. */
	observed({ id, experiment, kind, target }: RecoverItem): Observed {
		const pod = this.#cached(target);
		// Whether the pod is gone is for a live look to say.
		if (!pod) return "unknown";
		const injector = this.#injector(kind);
		if (!holds(injector, pod, id)) return "absent";
		const verdict = injector.verify(pod, id);
		return { id, experiment, status: verdict === "in place" ? "injected" : verdict };
	}

	/** All that pods say they hold. */
	*held(): Generator<Held & RecoverItem> {
		for (const pod of this.#options.cache.all()) {
			const { namespace, name, uid } = pod.metadata;
			const target = { namespace, pod: name, podUid: uid };
			for (const [kind, injector] of this.#options.injectors) {
				for (const { id, experiment } of injector.held(pod)) {
					yield { node: pod.spec.nodeName ?? "", id, experiment, kind, target };
				}
			}
		}
	}

	async #inject(item: InjectItem): Promise<InjectionState> {
		return this.#step(item, "injected", async () => {
			const injector = this.#injector(item.kind);
			if ((await injector.inject(this.#options.api, injectionOf(item), item.instruction)) === "done") return;
			const pod = await this.#until(item, (seen) => !seen || injector.verify(seen, item.id) === "in place");
			if (!pod) throw new TargetGoneError("the pod was deleted while the fault was put in place");
		});
	}

	async #recover(item: RecoverItem): Promise<InjectionState> {
		return this.#step(item, "recovered", async () => {
			const injector = this.#injector(item.kind);
			const leaving = await injector.recover(this.#options.api, injectionOf(item));
			// The cache has to know it too, or it would be taken for owed again.
			await this.#until(item, (pod) => !pod || (!holds(injector, pod, item.id) && !runsAny(pod, leaving)));
		});
	}

	async #step(
		{ id, experiment }: RecoverItem,
		status: "injected" | "recovered",
		step: () => Promise<void>,
	): Promise<InjectionState> {
		try {
			await step();
			return { id, experiment, status };
		} catch (error) {
			const failed = error instanceof TargetGoneError ? "target gone" : "failed";
			return { id, experiment, status: failed, message: errorText(error) };
		}
	}

	/** Waits until the pod, as the cache has it, is as it should be; returns it then. */
	#until({ target }: RecoverItem, isRight: (pod: Pod | undefined) => boolean): Promise<Pod | undefined> {
		const { patienceMs = defaultPatienceMs } = this.#options;
		return new Promise((resolve, reject) => {
			const looks = this.#waiting.get(target.podUid) ?? new Set();
			const end = (): void => {
				clearTimeout(timer);
				looks.delete(look);
				if (looks.size === 0) this.#waiting.delete(target.podUid);
			};
			const look = (): void => {
				const pod = this.#cached(target);
				if (!isRight(pod)) return;
				end();
				resolve(pod);
			};
			const timer = setTimeout(() => {
				end();
				reject(
					new Error(
						`pod ${target.namespace}/${target.pod} was changed, and after ${patienceMs / 1000} s its containers still run as before; look at its events and at the kubelet of its node`,
					),
				);
			}, patienceMs);
			this.#waiting.set(target.podUid, looks.add(look));
			look();
		});
	}

	#cached({ namespace, pod, podUid }: Injection["target"]): Pod | undefined {
		const cached = this.#options.cache.get(namespace, pod);
		return cached?.metadata.uid === podUid ? cached : undefined;
	}

	#injector(kind: string): ClusterInjector<unknown> {
		const injector = this.#options.injectors.get(kind);
		if (!injector) throw new Error(`${kind} is done by the nodes, not through the API server`);
		return injector;
	}
}

function injectionOf({ id, experiment, target }: RecoverItem): Injection {
	return { id, experiment, target };
}

function holds(injector: ClusterInjector<unknown>, pod: Pod, id: string): boolean {
	return injector.held(pod).some((held) => held.id === id);
}

function runsAny({ status }: Pod, ids: readonly string[]): boolean {
	return (status.containerStatuses ?? []).some(
		({ containerID, state }) => state?.running !== undefined && ids.includes(containerID ?? ""),
	);
}
