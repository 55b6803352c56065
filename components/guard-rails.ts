import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checkField } from "../api/check.ts";
import { ownGroup, version } from "../api/names.ts";
import { describeProblems } from "../api/problem.ts";
import { unknownFaults } from "../guard-rails/known-faults.ts";
import { guardRailsKind } from "../guard-rails/object.ts";
import { guardRailsSpec } from "../guard-rails/spec.ts";
import { allKinds } from "../orchestration/kinds.ts";
import type { ClusterReference } from "../provider/cluster/reference.ts";
import { clusterOf } from "../provider/program.ts";
import type { GuardRailsSpec } from "../provider/resources/guard-rails-spec.ts";
import { clusterProvider } from "./cluster-provider.ts";
import { commonLabels } from "./labels.ts";

/** Arguments of GuardRails. */
export interface GuardRailsArgs extends GuardRailsSpec {
	/** The cluster. Default: that of the stack's configuration. Not needed when the options bring a provider of `@pulumi/kubernetes`. */
	cluster?: ClusterReference | undefined;
}

/**
 * What experiments in a cluster may do at most, whoever makes them. The object in the cluster has the resource's own name, which is
 * what refusals call it by. Of several all hold. It needs the definitions of an Installation: let it depend on that (`dependsOn`).
 *
 * @example
 * new GuardRails("production", {
 *   environment: "production",
 *   kinds: ["NetworkChaos/delay", "StressChaos"],
 *   namespaces: ["shop"],
 *   maxShare: 50,
 *   maxDuration: "15m",
 *   windows: [{ days: ["Mon", "Tue", "Wed", "Thu"], from: "09:00", to: "16:00", timeZone: "Europe/Berlin" }],
 *   requireOwner: true,
 * });
 */
export class GuardRails extends pulumi.ComponentResource {
	/** Name of the object in the cluster. */
	readonly name: pulumi.Output<string>;

	constructor(name: string, args: GuardRailsArgs, opts: pulumi.ComponentResourceOptions = {}) {
		super("pulumi-chaos:index:GuardRails", name, {}, opts);
		const { cluster, ...given } = args;
		const own = opts.provider || opts.providers;
		const provider = own
			? {}
			: { provider: clusterProvider(guardRailsKind, `${name}-cluster`, clusterOf(cluster), { parent: this }) };
		const object = new kubernetes.apiextensions.CustomResource(
			name,
			{
				apiVersion: `${ownGroup}/${version}`,
				kind: guardRailsKind,
				metadata: { name, labels: commonLabels },
				spec: pulumi.output(given).apply((spec) => checkedRails(name, spec)),
			},
			{ parent: this, ...provider },
		);
		this.name = object.metadata.name;
		this.registerOutputs({ name: this.name });
	}
}

/** The spec, if it is right: so the preview says also what the definition in the cluster can't: which time zones and kinds there are. */
export function checkedRails<Spec extends object>(name: string, spec: Spec): Spec {
	const wrong = checkField(guardRailsSpec, spec, "");
	const problems = wrong.length > 0 ? wrong : unknownFaults(allKinds, spec, "");
	if (problems.length === 0) return spec;
	throw new pulumi.RunError(`${guardRailsKind} ${JSON.stringify(name)}: ${describeProblems(problems)}`);
}
