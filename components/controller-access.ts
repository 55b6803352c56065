import * as kubernetes from "@pulumi/kubernetes";
import type { ComponentResourceOptions, CustomResourceOptions, Input } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import { emergencyStopPlural } from "../api/emergency-stop.ts";
import { group, ownGroup } from "../api/names.ts";
import { nodeReportPlural } from "../api/node-report.ts";
import { ownProbe } from "../api/own-probe.ts";
import { webhookConfiguration } from "../api/webhook.ts";
import { faults } from "../faults/registry.ts";
import { guardRailsPlural } from "../guard-rails/object.ts";
import { partLabels } from "./labels.ts";
import { type ProbeAccessArgs, probeRules } from "./probe-access.ts";

const name = "pulumi-chaos-controller";

/**
 * The identity of the controller and all that it may do: experiments everywhere, reading pods and nodes, asking for users' rights, its own
 * Secrets, Lease and webhook configurations.
 */
export class ControllerAccess extends pulumi.ComponentResource {
	/** Name of the service account. */
	readonly serviceAccount: pulumi.Output<string>;

	constructor(
		resourceName: string,
		args: { namespace: Input<string>; probes?: ProbeAccessArgs | undefined },
		opts?: ComponentResourceOptions,
	) {
		super("pulumi-chaos:index:ControllerAccess", resourceName, {}, opts);
		const own: CustomResourceOptions = { parent: this };
		const { namespace } = args;
		const labels = partLabels("controller");
		const account = new kubernetes.core.v1.ServiceAccount(resourceName, { metadata: { name, namespace, labels } }, own);
		const subjects = [{ kind: "ServiceAccount", name, namespace }];
		const clusterRole = new kubernetes.rbac.v1.ClusterRole(
			resourceName,
			{ metadata: { name, labels }, rules: [...clusterRules(), ...probeRules(args.probes)] },
			own,
		);
		const clusterBinding = new kubernetes.rbac.v1.ClusterRoleBinding(
			resourceName,
			{ metadata: { name, labels }, roleRef: roleRef("ClusterRole"), subjects },
			{ ...own, dependsOn: [clusterRole, account] },
		);
		const role = new kubernetes.rbac.v1.Role(
			resourceName,
			{ metadata: { name, namespace, labels }, rules: ownRules },
			own,
		);
		const binding = new kubernetes.rbac.v1.RoleBinding(
			resourceName,
			{ metadata: { name, namespace, labels }, roleRef: roleRef("Role"), subjects },
			{ ...own, dependsOn: [role, account] },
		);
		// A pod that starts before its rights are there would only fail and start again.
		this.serviceAccount = pulumi
			.all([account.metadata.name, clusterBinding.id, binding.id])
			.apply(([accountName]) => accountName);
		this.registerOutputs({ serviceAccount: this.serviceAccount });
	}
}

function roleRef(kind: "ClusterRole" | "Role"): { apiGroup: string; kind: string; name: string } {
	return { apiGroup: "rbac.authorization.k8s.io", kind, name };
}

/** Kinds are named one by one: of our own group too the controller touches nothing but what it runs. */
function clusterRules(): kubernetes.types.input.rbac.v1.PolicyRule[] {
	const plurals = Object.values(faults).map((fault) => fault.kind.plural);
	return [
		{ apiGroups: [group], resources: plurals, verbs: ["get", "list", "watch", "patch"] },
		{ apiGroups: [group], resources: plurals.map((plural) => `${plural}/status`), verbs: ["update"] },
		{ apiGroups: [ownGroup], resources: [emergencyStopPlural, guardRailsPlural], verbs: ["list", "watch"] },
		{ apiGroups: [ownGroup], resources: [ownProbe.plural], verbs: ["get", "list", "watch"] },
		{ apiGroups: [ownGroup], resources: [`${ownProbe.plural}/status`], verbs: ["update"] },
		// What is to be created has no name yet that a rule could hold.
		{ apiGroups: [ownGroup], resources: [nodeReportPlural], verbs: ["get", "create", "patch"] },
		// patch and delete: for PodChaos, which has pods fail and deletes them.
		{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "patch", "delete"] },
		{ apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
		{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list"] },
		// For the Services and host names that experiments name.
		{ apiGroups: [""], resources: ["services"], verbs: ["get"] },
		{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list"] },
		{ apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
		{ apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
		{
			apiGroups: ["admissionregistration.k8s.io"],
			resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
			resourceNames: [webhookConfiguration],
			verbs: ["get", "patch"],
		},
	];
}

/**
 * For the certificates, which the controller makes, and for the Lease that says which replica leads. What is to be created has no name
 * yet that a rule could hold.
 */
const ownRules = [
	{ apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
	{
		apiGroups: [""],
		resources: ["secrets"],
		resourceNames: ["pulumi-chaos-ca", "pulumi-chaos-daemon-tls"],
		verbs: ["get", "update"],
	},
	{ apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
	{
		apiGroups: ["coordination.k8s.io"],
		resources: ["leases"],
		resourceNames: ["pulumi-chaos-controller"],
		verbs: ["get", "update"],
	},
];
