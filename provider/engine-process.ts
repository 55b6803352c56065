import { connect } from "node:http2";
import type { Interrupts } from "./lifecycle/interrupts.ts";

/** Time for the answer of an interrupted call to leave the process, in milliseconds. */
const farewellMs = 300;

/**
 * Ties this process to the engine that started it as the provider of dynamic resources. On SIGINT (the engine sends it on the
 * second Ctrl-C, seconds before it kills) and SIGTERM, and when the engine is gone (killed, so nobody will ever end us), the
 * work in flight is taken back and the process ends. Does nothing in any other process.
 */
export function followEngine(interrupts: Interrupts, argv: readonly string[] = process.argv): void {
	const [, program = "", engine = ""] = argv;
	if (!/[\\/]cmd[\\/]dynamic-provider([\\/]|$)/.test(program)) return;
	let ending = false;
	const end = async (status: number): Promise<void> => {
		if (ending) return;
		ending = true;
		await interrupts.interrupt();
		setTimeout(() => process.exit(status), farewellMs);
	};
	process.on("SIGINT", () => void end(130));
	process.on("SIGTERM", () => void end(143));
	watchEngine(engine, () => void end(1));
}

/** Calls back when a connection to the engine, once it stood, is closed: that happens only when the engine's process ends. */
function watchEngine(address: string, gone: () => void): void {
	if (!/^[\w.[\]:]+:\d+$/.test(address)) return;
	const session = connect(`http://${address}`);
	session.on("error", () => {});
	session.once("connect", () => session.once("close", gone));
	session.unref();
}
