import { kubeconfigPath } from "../cluster/cluster.ts";
import { reach } from "../lib/reach.ts";
import { reachTable } from "../lib/reach-table.ts";

/**
 * Prints who reaches whom in the sample application, as the pods themselves see it. Throws unless front and back are cut off
 * from each other exactly when they should be.
 */
export async function observe(namespace: string, cut: boolean): Promise<void> {
	const reports = await reach({ kubeconfig: kubeconfigPath(), namespace, timeoutMs: 700 });
	console.log("\nWho reaches whom, measured in the pods: pod addresses | Services; answered of tried, median ms\n");
	console.log(reachTable(reports, "role"));
	const attempts = reports
		.flatMap(({ reached }) => reached)
		.filter(({ fromRole, role }) => [fromRole, role].toSorted().join() === "back,front");
	const answered = attempts.filter(({ ok }) => ok).length;
	if (attempts.length > 0 && answered === (cut ? 0 : attempts.length)) return;
	throw new Error(
		`the fault should be ${cut ? "in" : "out"}, but ${answered} of ${attempts.length} attempts between front and back were answered`,
	);
}
