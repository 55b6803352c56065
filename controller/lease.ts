/** Name of the Lease that says which replica of the controller leads. */
export const leaseName = "pulumi-chaos-controller";

/** Leases are counted from here, so that they fit into the 32 bits of the field until 2094. */
const beginning = Date.UTC(2026, 0, 1);

/** A Lease of coordination.k8s.io, as far as it is used here. */
export interface Lease {
	metadata: { name: string; namespace: string; resourceVersion?: string };
	spec: {
		/** Empty: nobody. */
		holderIdentity?: string;
		leaseDurationSeconds?: number;
		acquireTime?: string;
		renewTime?: string;
		/** The epoch of the holder's term. */
		leaseTransitions?: number;
	};
}

/** Path of all Leases of a namespace. */
export function leasesPath(namespace: string): string {
	return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
}

/** A time as Leases hold it, with microseconds. */
export function microTime(ms: number): string {
	return new Date(ms).toISOString().replace("Z", "000Z");
}

/** Seconds by which a Lease made anew is ahead of the clock: more than clocks differ, and than terms begin in that time. */
const ahead = 60;

/**
 * The epoch of a term after those of these epochs. Seconds of the wall clock at least, so that it also grows when the cluster was
 * restored from a backup. With a Lease that was deleted its last epoch is gone too, which may be of this very second or of a
 * clock that is ahead of ours.
 *
 * @param present - the Lease before the term; undefined: there is none (any more)
 * @param heard - the highest epoch that was heard of otherwise
 * @param wall - now, ms since 1970
 */
export function nextEpoch(present: Lease | undefined, heard: number, wall: number): number {
	const now = Math.floor((wall - beginning) / 1000);
	const known = Math.max(present?.spec.leaseTransitions ?? 0, heard);
	return Math.max(known + 1, present ? now : now + ahead);
}
