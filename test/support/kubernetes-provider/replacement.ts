import type { Change } from "./changes.ts";
import { at, type JsonObject, textAt } from "./json.ts";
import { referenceOf } from "./object-client.ts";

/** What a provider's configuration says about kinds that are replaced by default when their data changes. */
export interface Mutability {
	secrets: boolean;
	configMaps: boolean;
}

const container = [
	"args",
	"command",
	"env",
	"image",
	"imagePullPolicy",
	"lifecycle",
	"livenessProbe",
	"ports",
	"readinessProbe",
	"resources",
	"securityContext",
	"stdin",
	"stdinOnce",
	"terminationMessagePath",
	"terminationMessagePolicy",
	"tty",
	"volumeDevices",
	"volumeMounts",
	"workingDir",
];

const podSpec = [
	"affinity",
	"automountServiceAccountToken",
	"dnsConfig",
	"dnsPolicy",
	"enableServiceLinks",
	"hostAliases",
	"hostIPC",
	"hostNetwork",
	"hostPID",
	"hostname",
	"imagePullSecrets",
	"nodeName",
	"nodeSelector",
	"overhead",
	"preemptionPolicy",
	"priority",
	"priorityClassName",
	"readinessGates",
	"restartPolicy",
	"runtimeClassName",
	"schedulerName",
	"securityContext",
	"serviceAccount",
	"serviceAccountName",
	"shareProcessNamespace",
	"subdomain",
	"terminationGracePeriodSeconds",
	"volumes",
];

/** The fields of each kind that the real plugin takes for immutable; `*` stands for any item of a list. */
const immutable: Record<string, string[]> = {
	"apps/v1 DaemonSet": ["spec.selector"],
	"apps/v1 Deployment": ["spec.selector"],
	"apps/v1 StatefulSet": [
		"spec.podManagementPolicy",
		"spec.revisionHistoryLimit",
		"spec.selector",
		"spec.serviceName",
		"spec.volumeClaimTemplates",
	],
	"batch/v1 Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
	"rbac.authorization.k8s.io/v1 ClusterRoleBinding": ["roleRef"],
	"rbac.authorization.k8s.io/v1 RoleBinding": ["roleRef"],
	"v1 PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
	"v1 Pod": [
		...podSpec.map((field) => `spec.${field}`),
		...container.flatMap((field) => [`spec.containers.*.${field}`, `spec.initContainers.*.${field}`]),
	],
	"v1 Secret": ["type"],
	"v1 Service": ["spec.clusterIP"],
};

const identity = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];

/** Those of `changes` that an object like `inputs` can't take in place: a new object has to come in its stead. */
export function replacing(changes: Change[], inputs: JsonObject, mutable: Mutability): Change[] {
	const fields = [...identity, ...fieldsOf(inputs, mutable)].map((field) => field.split("."));
	return changes.filter(({ path }) => fields.some((field) => isWithin(path, field)));
}

/** Whether the old object has to go before its replacement can come: both have the same name in the same namespace, and it was chosen. */
export function mustMakeRoom(live: JsonObject, inputs: JsonObject, autonamed: boolean): boolean {
	const [old, next] = [referenceOf(live), referenceOf(inputs)];
	return !autonamed && old.name === next.name && (old.namespace || "default") === (next.namespace || "default");
}

function fieldsOf(inputs: JsonObject, mutable: Mutability): string[] {
	const kind = `${textAt(inputs, "apiVersion")} ${textAt(inputs, "kind")}`;
	const frozen = at(inputs, "immutable") === true;
	const own = immutable[kind] ?? [];
	if (kind === "v1 Secret" && (frozen || !mutable.secrets)) return [...own, "data", "stringData"];
	if (kind === "v1 ConfigMap" && (frozen || !mutable.configMaps)) return [...own, "data", "binaryData"];
	return own;
}

function isWithin(path: Change["path"], field: string[]): boolean {
	return field.every((part, index) => (part === "*" ? typeof path[index] === "number" : path[index] === part));
}
