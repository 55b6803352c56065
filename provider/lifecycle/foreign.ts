import { ownerAnnotation } from "../../api/names.ts";
import { quote } from "../../api/problem.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { title } from "./context.ts";
import { LifecycleError } from "./failure.ts";
import { isOurs, type Owned, type Owner } from "./owned-objects.ts";

/** Whose an object is to be. */
interface Wanted {
	kind: string;
	namespace: string;
	name: string;
	owner: string;
}

/**
 * Throws when an object is not of this Pulumi resource.
 *
 * @param plural - name of its kind in the API's paths
 * @param known - what the state knows the object by: that one is ours even when a renamed stack or parent changes the owner
 */
export function refuseForeign(present: Owned, inputs: Wanted, plural: string, cluster: Cluster, known?: Owner): void {
	if (isOurs(present, inputs) || (known && isOurs(present, known))) return;
	const owner = present.metadata.annotations?.[ownerAnnotation];
	const whose =
		owner === undefined
			? "no Pulumi resource (made by kubectl or another tool)"
			: `the Pulumi resource ${quote(owner)}`;
	throw new LifecycleError(
		`${title(inputs)} exists in the cluster ${cluster.where} and belongs to ${whose}, not to ${quote(inputs.owner)}; ` +
			`delete it where it was made (kubectl -n ${inputs.namespace} delete ${plural} ${inputs.name}), or give this resource another name`,
	);
}
