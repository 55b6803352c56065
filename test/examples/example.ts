import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { expect } from "vitest";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { root } from "../../tools/lib/paths.ts";
import { podRules } from "../../tools/lib/pod-network.ts";
import { runningPods } from "../support/kubernetes.ts";
import { measure, sampleNamespace } from "../support/sample.ts";
import { Stack } from "../support/stack.ts";

/** A new stack of an example, for the cluster of the tests; its system and its sample application are there. */
export function exampleStack(example: string, config: Record<string, string> = {}, name = "dev"): Promise<Stack> {
	return Stack.create(join(root, "examples", example), name, {
		"pulumi-chaos:kubeconfig": kubeconfigPath(),
		...config,
	});
}

/** Whether a pod has rules of a fault. */
export function isHit({ metadata }: V1Pod): boolean {
	return podRules(metadata?.uid ?? "").includes("drop");
}

/** How many pods of a role have rules of a fault. */
export async function hit(role: string): Promise<number> {
	return (await runningPods(sampleNamespace, `app=${role}`)).filter(isHit).length;
}

/** Expects that pods of one role reach none of another, by no way that they try. */
export async function expectCutOff(from: string, to: string): Promise<void> {
	const attempts = (await measure())
		.filter(({ role }) => role === from)
		.flatMap(({ reached }) => reached.filter(({ role }) => role === to));
	expect(attempts.length).toBeGreaterThan(0);
	expect(attempts.filter(({ ok }) => ok)).toEqual([]);
}
