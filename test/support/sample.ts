import { join } from "node:path";
import { inject } from "vitest";
import type { Role } from "../../examples/sample-application/manifests.ts";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import type { PodChaosSpec } from "../../faults/pod/spec.ts";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { root } from "../../tools/lib/paths.ts";
import { type PodReport, reach } from "../../tools/lib/reach.ts";
import { Stack } from "./stack.ts";

/** Namespace of the sample application in the end-to-end tests. */
export const sampleNamespace = "shop";
/** Namespace that an Installation makes by default. */
export const systemNamespace = "pulumi-chaos";

/** Folder of a program of the test tree. */
export const programFolder = (name: string): string => join(root, "test", "support", "programs", name);

/** Folder of the program that installs the system. */
export const installationFolder = join(root, "examples", "installation");

/** The stack of the system, which the setup of the tier made. */
export function installationStack(): Promise<Stack> {
	return Stack.open(installationFolder, "installation", inject("installation"));
}

/** Reference of the image of the sample application. */
export function sampleImage(): string {
	return inject("sampleImage");
}

/** A partition between all pods of two roles. */
export function partition(
	from: Role,
	to: Role,
	direction: "to" | "from" | "both" = "both",
): NetworkChaosSpec & { action: "partition" } {
	const all = (role: Role) => ({
		mode: "all" as const,
		selector: { namespaces: [sampleNamespace], labelSelectors: { app: role } },
	});
	return { action: "partition", ...all(from), target: all(to), direction, duration: "10m" };
}

/** An experiment of a stack: its spec, and arguments of the resource. */
export type StackExperiment = (NetworkChaosSpec | (PodChaosSpec & { kind: "PodChaos" })) & {
	adopt?: boolean;
	triggers?: readonly string[];
	reason?: string;
	follow?: boolean;
};

/** A new stack of experiments, by logical name; their objects are in the namespace of the sample application. */
export function experimentsStack(
	name: string,
	experiments: Record<string, StackExperiment>,
	{ kubeconfig = kubeconfigPath() }: { kubeconfig?: string } = {},
): Promise<Stack> {
	const args = Object.entries(experiments).map(([key, spec]) => [key, { namespace: sampleNamespace, ...spec }]);
	return Stack.create(programFolder("experiments"), name, {
		kubeconfig,
		experiments: JSON.stringify(Object.fromEntries(args)),
	});
}

/** What every pod of the sample application reaches within so many milliseconds, measured from inside it. */
export function measure(timeoutMs = 700): Promise<PodReport[]> {
	return reach({ kubeconfig: kubeconfigPath(), namespace: sampleNamespace, timeoutMs });
}
