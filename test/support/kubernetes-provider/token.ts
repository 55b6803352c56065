/** A kind of Kubernetes object in one version of its API. */
export interface GroupVersionKind {
	apiVersion: string;
	kind: string;
}

/** The built-in kinds that the stand-in knows; `docs/stand-in.md` lists the same ones. */
export const knownKinds: Record<string, string[]> = {
	"core/v1": ["ConfigMap", "Namespace", "PersistentVolumeClaim", "Pod", "Secret", "Service", "ServiceAccount"],
	"admissionregistration.k8s.io/v1": ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
	"apiextensions.k8s.io/v1": ["CustomResourceDefinition"],
	"apps/v1": ["DaemonSet", "Deployment", "StatefulSet"],
	"batch/v1": ["CronJob", "Job"],
	"coordination.k8s.io/v1": ["Lease"],
	"networking.k8s.io/v1": ["NetworkPolicy"],
	"policy/v1": ["PodDisruptionBudget"],
	"rbac.authorization.k8s.io/v1": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
	"scheduling.k8s.io/v1": ["PriorityClass"],
};

/**
 * The kind that a resource's URN names: one of {@link knownKinds}, or a custom one, whose group has a dot and is not one of
 * Kubernetes itself. Throws for any other token.
 */
export function kindOf(urn: string): GroupVersionKind {
	const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
	const [, version, kind] = /^kubernetes:([^:]+\/[^:/]+):([A-Za-z]+)$/.exec(token) ?? [];
	if (version !== undefined && kind !== undefined) {
		if (knownKinds[version]?.includes(kind)) return { apiVersion: version.replace(/^core\//, ""), kind };
		if (isCustomGroup(version.split("/")[0] ?? "") && !/(List|Patch)$/.test(kind)) return { apiVersion: version, kind };
	}
	throw new Error(
		`the stand-in for pulumi-resource-kubernetes does not know the resource type "${token}"; ` +
			"docs/stand-in.md lists the ones that it does",
	);
}

function isCustomGroup(group: string): boolean {
	// The real plugin has types of its own under helm.sh, which are no objects of the API server.
	return group.includes(".") && !group.endsWith(".k8s.io") && group !== "helm.sh";
}
