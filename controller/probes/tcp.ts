import { connect } from "node:net";
import type { Probe } from "../../api/probe.ts";
import type { Reach } from "./reach.ts";
import { unwellOf } from "./unwell.ts";

/** Opens a connection, and closes it again. */
export async function askTcp({ tcp }: Probe, reach: Reach, signal: AbortSignal): Promise<undefined> {
	if (!tcp) throw new Error("it has no field tcp");
	const { host, port } = tcp;
	const lookup = await reach(host);
	const socket = connect({ host, port, lookup, signal });
	try {
		await new Promise<void>((resolve, reject) => {
			socket.on("connect", () => resolve());
			socket.on("error", reject);
		});
	} catch (error) {
		throw unwellOf(error);
	} finally {
		socket.destroy();
	}
}
