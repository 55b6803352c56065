import type { GroupVersionKind } from "../token.ts";
import { persistentVolumeClaim } from "./claim.ts";
import { customResourceDefinition } from "./definition.ts";
import { job } from "./job.ts";
import { namespace } from "./namespace.ts";
import { pod } from "./pod.ts";
import { service } from "./service.ts";
import type { Readiness } from "./verdict.ts";
import { daemonSet, deployment, statefulSet } from "./workloads.ts";

const byKind: Record<string, Readiness> = {
	"apiextensions.k8s.io/v1 CustomResourceDefinition": customResourceDefinition,
	"apps/v1 DaemonSet": daemonSet,
	"apps/v1 Deployment": deployment,
	"apps/v1 StatefulSet": statefulSet,
	"batch/v1 Job": job,
	"v1 Namespace": namespace,
	"v1 PersistentVolumeClaim": persistentVolumeClaim,
	"v1 Pod": pod,
	"v1 Service": service,
};

/** How the readiness of a kind is told; undefined for kinds that are ready as soon as they exist. */
export function readinessOf({ apiVersion, kind }: GroupVersionKind): Readiness | undefined {
	return byKind[`${apiVersion} ${kind}`];
}
