import { ownerAnnotation } from "../../api/names.ts";
import { quote } from "../../api/problem.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { title } from "./context.ts";
import { LifecycleError } from "./failure.ts";

/** Whose an object is to be. */
interface Owned {
	kind: string;
	namespace: string;
	name: string;
	owner: string;
}

/**
 * Throws when an object is not of this Pulumi resource.
 *
 * @param plural - name of its kind in the API's paths
 */
export function refuseForeign(
	present: { metadata: { annotations?: Record<string, string> } },
	inputs: Owned,
	plural: string,
	cluster: Cluster,
): void {
	const owner = present.metadata.annotations?.[ownerAnnotation];
	if (owner === inputs.owner) return;
	const whose =
		owner === undefined
			? "no Pulumi resource (made by kubectl or another tool)"
			: `the Pulumi resource ${quote(owner)}`;
	throw new LifecycleError(
		`${title(inputs)} exists in the cluster ${cluster.where} and belongs to ${whose}, not to ${quote(inputs.owner)}; ` +
			`delete it where it was made (kubectl -n ${inputs.namespace} delete ${plural} ${inputs.name}), or give this resource another name`,
	);
}
