/**
 * `pulumi-chaos/handlers`: what the provider text in users' states calls. This export and its functions stay for ever, and take
 * the states that older versions wrote. It is loaded by the provider's process only: it loads the Kubernetes client.
 */

import { resolveCluster } from "./cluster/kubeconfig.ts";
import { KubernetesCluster } from "./cluster/kubernetes.ts";
import { followEngine } from "./engine-process.ts";
import { Interrupts } from "./lifecycle/interrupts.ts";
import { type Lifecycle, lifecycles } from "./lifecycle/lifecycles.ts";
import { patience } from "./lifecycle/patience.ts";

const interrupts = new Interrupts();
followEngine(interrupts);

/** The lifecycle functions by type of resource, on real clusters. */
export const handlers = lifecycles({
	find(reference) {
		const found = resolveCluster(reference);
		return "config" in found ? { cluster: new KubernetesCluster(found), server: found.server } : found;
	},
	interrupts,
	patience,
	say: (sentence) => console.info(sentence),
});

type Json = Record<string, unknown>;

/** What is no experiment. */
const ofKind = { Scope: handlers.scope, Drain: handlers.drain, Probe: handlers.probe };

/** Each function below picks by `kind`, which every resource of ours has among its inputs. */
function lifecycleOf({ kind }: Json): Lifecycle<Json> {
	return (ofKind[kind as keyof typeof ofKind] ?? handlers.experiment) as unknown as Lifecycle<Json>;
}

/** Checks inputs and fills in defaults. */
export async function check(olds: Json | undefined, news: Json): Promise<unknown> {
	return await lifecycleOf(news).check(olds, news);
}

/** Says whether anything is to be done. */
export async function diff(id: string, state: Json, news: Json): Promise<unknown> {
	return lifecycleOf(news).diff(id, state, news);
}

/** Makes the resource and waits for it. */
export async function create(inputs: Json): Promise<unknown> {
	return await lifecycleOf(inputs).create(inputs);
}

/** Looks at the world; an empty id says that the resource is gone. */
export async function read(id: string, state: Json): Promise<unknown> {
	return await lifecycleOf(state).read(id, state);
}

/** Changes what can be changed in place, and puts back what was lost. */
export async function update(id: string, state: Json, news: Json): Promise<unknown> {
	return await lifecycleOf(news).update(id, state, news);
}

async function remove(id: string, state: Json): Promise<void> {
	await lifecycleOf(state).delete(id, state);
}

export {
	/** Deletes the resource and waits until nothing of it is left. */
	remove as delete,
};
