/** One address to try. */
export interface Peer {
	/** Role of who should answer: `front`, `back` or `store`. */
	role: string;
	/** Name of the pod or the Service behind the address; null when only DNS was asked, which knows no pod names. */
	name: string | null;
	/** A pod's own address, or the cluster address of a Service. */
	via: "pod" | "service";
	/** IPv4 or IPv6, without brackets. */
	address: string;
}

/** What one attempt to reach a peer found. */
export interface Reached {
	/** Name of the pod that tried, and its role. */
	from: string;
	fromRole: string;
	/** Role of the peer. */
	role: string;
	/** Name of the pod or Service that was tried; null when nobody answered at an address that came from DNS. */
	peer: string | null;
	via: "pod" | "service";
	family: 4 | 6;
	/** Null when DNS gave none; `error` tells why. */
	address: string | null;
	/** Whether the right one answered in time. */
	ok: boolean;
	/** From before the connection to the end of the answer, or to the failure; milliseconds. */
	ms: number;
	/** Name of the pod that answered: behind a Service it is any of the role's. */
	answered: string | null;
	/** Why `ok` is false, else null. */
	error: string | null;
}

/** Who a server says it is, at `GET /whoami`. */
export interface Identity {
	role: string;
	pod: string;
}

/** Milliseconds since `start` (of `performance.now()`), with one decimal. */
export function since(start: number): number {
	return Math.round((performance.now() - start) * 10) / 10;
}
