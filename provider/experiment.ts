import * as pulumi from "@pulumi/pulumi";
import type { Verdict } from "../api/status.ts";
import type { CommonArgs } from "./args.ts";
import { objectName, ownerOf } from "./identity.ts";
import type { ExperimentPhase } from "./lifecycle/state.ts";
import { urnOf } from "./parent-urn.ts";
import { clusterOf, currentStack, railsOfStack } from "./program.ts";
import { requireResolvable } from "./resolvable.ts";
import { scopeFor } from "./scope.ts";
import { thinProvider } from "./thin.ts";

/**
 * Options of an experiment. There is no `retainOnDelete`: the fault would stay when the resource goes; and no `import`: what runs
 * already is taken over by the argument `adopt`.
 */
export type ExperimentOptions = Omit<
	pulumi.CustomResourceOptions,
	"provider" | "id" | "urn" | "retainOnDelete" | "import"
>;

/**
 * An experiment of any kind: the fault is in place when the resource is created, and its targets are recovered when it is
 * deleted. Each kind is a class of its own over this one, which types its arguments.
 */
export abstract class Experiment extends pulumi.dynamic.Resource {
	/** Name of the object in the cluster. */
	declare readonly name: pulumi.Output<string>;
	/** Namespace of the object. */
	declare readonly namespace: pulumi.Output<string>;
	/** Uid of the object. */
	declare readonly uid: pulumi.Output<string>;
	/** Where the experiment stood when it was last looked at. */
	declare readonly phase: pulumi.Output<ExperimentPhase>;
	/** The targets that were chosen, as `namespace/pod`. */
	declare readonly targets: pulumi.Output<string[]>;
	/** What is wrong, in a sentence; empty when all is well. */
	declare readonly message: pulumi.Output<string>;
	/** What the experiment said about the system when it was last looked at; undefined while that is not decided, and without probes. */
	declare readonly verdict: pulumi.Output<Verdict | undefined>;
	/** Where each probe stood when it was last looked at, in words; undefined without probes. */
	declare readonly probes: pulumi.Output<Record<string, string> | undefined>;

	/** @param args - beside what all experiments have, the spec */
	protected constructor(kind: string, name: string, args: CommonArgs, opts: ExperimentOptions = {}) {
		requireResolvable();
		refuseRetention(`${kind} ${JSON.stringify(name)}`, opts);
		const {
			namespace,
			cluster: given,
			timeout,
			paused,
			ownerTeam,
			reason,
			limit,
			follow,
			adopt,
			triggers,
			...spec
		} = args;
		const cluster = clusterOf(given);
		const scope = scopeFor(cluster);
		const stack = currentStack();
		const owner = pulumi.output(urnOf(opts.parent)).apply((parent) => ownerOf(stack, parent, kind, name));
		super(
			thinProvider,
			name,
			{
				kind,
				name: adopt === true ? name : owner.apply((text) => objectName(name, text)),
				owner,
				scope: scope.id,
				cluster,
				namespace,
				timeout,
				paused,
				ownerTeam,
				reason,
				...railsOfStack(),
				limit,
				follow,
				adopt,
				triggers,
				spec,
				uid: undefined,
				phase: undefined,
				targets: undefined,
				message: undefined,
				verdict: undefined,
				probes: undefined,
			},
			// The engine asks `diff` nothing when the user wants a replacement (`up --replace`); a new one beside the old one would
			// find the same object and take it up, and the old one would delete it.
			pulumi.mergeOptions(opts, { dependsOn: [scope.resource], deleteBeforeReplace: true }),
			"pulumi-chaos",
			kind,
		);
	}
}

/** Who writes JavaScript, or passes options on, is not told by the types. */
function refuseRetention(title: string, { retainOnDelete }: pulumi.CustomResourceOptions): void {
	if (retainOnDelete !== true) return;
	throw new pulumi.RunError(
		`${title}: retainOnDelete: true would leave the fault in place when the resource goes, and nobody would recover it; leave the option out`,
	);
}
