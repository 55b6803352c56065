import { isIPv6 } from "node:net";
import { get } from "./get.ts";
import { type Identity, type Peer, type Reached, since } from "./report.ts";

/** Who tries, on which port, and how long one attempt may take (milliseconds). */
export interface Attempt {
	self: Identity;
	port: number;
	timeoutMs: number;
}

/** Tries one peer once. Not reaching it is a result, never a rejection. */
export async function probe(peer: Peer, { self, port, timeoutMs }: Attempt): Promise<Reached> {
	const start = performance.now();
	const reached = (ok: boolean, answered: string | null, error: string | null): Reached => ({
		from: self.pod,
		fromRole: self.role,
		role: peer.role,
		peer: peer.name ?? answered,
		via: peer.via,
		family: isIPv6(peer.address) ? 6 : 4,
		address: peer.address,
		ok,
		ms: since(start),
		answered,
		error,
	});
	try {
		const { status, body } = await get(peer.address, port, "/whoami", timeoutMs);
		if (status !== 200) return reached(false, null, `answered with status ${status}`);
		const identity = JSON.parse(body) as Identity;
		const wrong = stranger(peer, identity);
		return reached(wrong === null, identity.pod, wrong);
	} catch (error) {
		return reached(false, null, error instanceof Error ? error.message : String(error));
	}
}

/** An address may have passed to another pod since it was looked up. */
function stranger(peer: Peer, { role, pod }: Identity): string | null {
	if (role !== peer.role) return `answered by ${pod}, which is a ${role}, not a ${peer.role}`;
	if (peer.via === "pod" && peer.name !== null && pod !== peer.name) return `answered by ${pod}, not by ${peer.name}`;
	return null;
}
