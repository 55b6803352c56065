import type { Input } from "@pulumi/pulumi";
import type { Duration } from "../api/scalars.ts";
import type { ClusterReference } from "./cluster/reference.ts";

/** Arguments of every experiment that are not part of the fault. */
export interface CommonArgs {
	/** Namespace of the experiment's object. Default: `default`. A change recovers the fault and injects it anew. */
	namespace?: Input<string> | undefined;
	/**
	 * The cluster. Default: the stack's configuration `pulumi-chaos:kubeconfig`, `pulumi-chaos:kubeconfigEnv`,
	 * `pulumi-chaos:context`. Never the ambient context: without either, the preview says what to write.
	 */
	cluster?: ClusterReference | undefined;
	/** Longest wait of one operation, such as `"90s"`. Default: `"5m"`. */
	timeout?: Input<Duration> | undefined;
	/** Recovers the fault and keeps the experiment; false or absent injects it again. Its duration runs on. Default: false. */
	paused?: Input<boolean> | undefined;
	/** The team that answers for the experiment, for people; guard rails may want it. Default: none. */
	ownerTeam?: Input<string> | undefined;
	/** What the experiment is for, in a sentence; guard rails may want it. Default: none. */
	reason?: Input<string> | undefined;
	/**
	 * Any values; when one of them changes, the experiment is replaced: its fault is recovered and injected anew, with new
	 * targets. It is what does again what is done once, such as killing a pod. Default: none.
	 */
	triggers?: Input<readonly Input<unknown>[]> | undefined;
	/**
	 * The most that it may hit: `targets` pods, and `percent` of the pods of any one workload. What is more is refused by the
	 * preview. Looked at when the experiment is made, and with `follow` whenever pods come. Default: no limit.
	 */
	limit?: Input<{ targets?: Input<number> | undefined; percent?: Input<number> | undefined }> | undefined;
	/**
	 * Has the targets follow the selector: pods that match later are hit too, those that do not any more recover; what guard rails or
	 * `limit` do not allow of them is left out. Not of what is done once. Default: false, whoever is chosen at the start stays it.
	 */
	follow?: Input<boolean> | undefined;
	/**
	 * Takes over the experiment that runs under the resource's own name, made by kubectl or another tool, without injecting it
	 * again. It must be as the program says; what differs is named and nothing is changed. Once the resource is in the state this
	 * means nothing any more and can go. Default: false.
	 */
	adopt?: boolean | undefined;
}
