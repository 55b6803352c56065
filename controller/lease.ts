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

/**
 * The epoch of a term after those of these epochs. Seconds of the wall clock at least, so that it also grows when the Lease was
 * deleted and made anew, or the cluster was restored from a backup.
 *
 * @param wall - now, ms since 1970
 */
export function nextEpoch(earlier: readonly number[], wall: number): number {
	return Math.max(...earlier.map((epoch) => epoch + 1), Math.floor((wall - beginning) / 1000));
}
