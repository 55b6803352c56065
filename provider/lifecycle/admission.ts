import { setTimeout as sleep } from "node:timers/promises";
import { apiVersion } from "../../api/names.ts";
import { networkChaos } from "../../faults/network/spec.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { isUnanswered } from "./failure.ts";
import { Interrupted, type Limits } from "./until.ts";

/**
 * Creates an object. While no controller answers the API server's question whether it may be created (it starts, or gives way to
 * another), tries again for as long as `limits.noAnswerMs`; then throws what the API server has said.
 */
export async function admitted<T>({ noAnswerMs, tickMs, signal }: Limits, create: () => Promise<T>): Promise<T> {
	const end = performance.now() + noAnswerMs;
	for (;;) {
		try {
			return await create();
		} catch (error) {
			if (!isUnanswered(error) || performance.now() >= end) throw error;
		}
		await sleep(tickMs, undefined, { signal }).catch(() => undefined);
		if (signal.aborted) throw new Interrupted("interrupted; nothing was made");
	}
}

/** An experiment to ask the API server about, which is never made. */
const probe = {
	apiVersion,
	kind: networkChaos.kind,
	metadata: { name: "pulumi-chaos-probe", namespace: "default", labels: {}, annotations: {} },
	spec: { action: "partition", mode: "one", selector: {} },
};

/** Waits until a new experiment is no longer refused because no controller answers. Throws what `admitted` throws. */
export async function untilAdmitting(cluster: Cluster, limits: Limits): Promise<void> {
	try {
		await admitted(limits, () => cluster.tryCreate(networkChaos.plural, probe));
	} catch (error) {
		// Whatever else it says, such as that this user has no right to experiments: it did not lack an answer.
		if (error instanceof Interrupted || isUnanswered(error)) throw error;
	}
}
