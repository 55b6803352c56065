import * as pulumi from "@pulumi/pulumi";
import type { ProbeOutcome } from "../api/own-probe.ts";
import type { Duration } from "../api/scalars.ts";
import type { CommonArgs } from "./args.ts";
import { objectName, ownerOf } from "./identity.ts";
import { urnOf } from "./parent-urn.ts";
import { clusterOf, currentStack } from "./program.ts";
import { requireResolvable } from "./resolvable.ts";
import type { ProbeSpec } from "./resources/probe.ts";
import { scopeFor } from "./scope.ts";
import { thinProvider } from "./thin.ts";

/** Arguments of a Probe that are not part of the question. */
export interface ProbeCommonArgs extends Pick<CommonArgs, "cluster"> {
	/** Namespace of the Probe's object. Default: `default`. A change has it made anew there. */
	namespace?: pulumi.Input<string> | undefined;
	/** Longest wait of one operation, such as `"90s"`; `timeout` is that of one look. Default: `"5m"`. */
	waitTimeout?: pulumi.Input<Duration> | undefined;
	/** Any values; when one of them changes, it has to pass once more. Default: none. */
	triggers?: pulumi.Input<readonly pulumi.Input<unknown>[]> | undefined;
}

/** Arguments of {@link Probe}: what is asked, as in `probes` of an experiment, and where. */
export type ProbeArgs = ProbeSpec & ProbeCommonArgs;

/**
 * A question to the system that the cluster asks again and again for as long as it is there. It is created when it passes, so that what
 * depends on it (`dependsOn`) is only begun while the system is well.
 *
 * @example
 * const well = new Probe("front-answers", { type: "http", http: { url: "http://front.shop:8080/" }, interval: "2s", tolerance: 2 });
 * new PodChaos("kill-one", { action: "pod-kill", mode: "one", selector }, { dependsOn: well });
 */
export class Probe extends pulumi.dynamic.Resource {
	/** Name of the object in the cluster. */
	declare readonly name: pulumi.Output<string>;
	/** Namespace of the object. */
	declare readonly namespace: pulumi.Output<string>;
	/** Uid of the object. */
	declare readonly uid: pulumi.Output<string>;
	/** How it stood when it was last looked at. */
	declare readonly outcome: pulumi.Output<ProbeOutcome | undefined>;
	/** Why it does not pass, in a sentence; empty when it does. */
	declare readonly message: pulumi.Output<string>;
	/** What its last looks have said that did not pass, each once; empty while it passes. */
	declare readonly samples: pulumi.Output<string[]>;

	constructor(name: string, args: ProbeArgs, opts: Omit<pulumi.CustomResourceOptions, "provider" | "id" | "urn"> = {}) {
		requireResolvable();
		const { namespace, cluster: given, waitTimeout, triggers, ...spec } = args;
		const cluster = clusterOf(given);
		const scope = scopeFor(cluster);
		const stack = currentStack();
		const owner = pulumi.output(urnOf(opts.parent)).apply((parent) => ownerOf(stack, parent, "Probe", name));
		super(
			thinProvider,
			name,
			{
				kind: "Probe",
				name: owner.apply((text) => objectName(name, text)),
				owner,
				scope: scope.id,
				cluster,
				namespace,
				waitTimeout,
				triggers,
				spec,
				uid: undefined,
				outcome: undefined,
				message: undefined,
				samples: undefined,
			},
			// A new one beside the old one would find the same object and take it up, and the old one would delete it.
			pulumi.mergeOptions(opts, { dependsOn: [scope.resource], deleteBeforeReplace: true }),
			"pulumi-chaos",
			"Probe",
		);
	}
}
