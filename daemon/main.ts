/** The node agent: puts faults into pods of its node, watches over them, and takes them out. See docs/daemon.md. */
import { createLog } from "../api/log.ts";
import { type Daemon, startDaemon } from "./daemon.ts";
import { settingsOf } from "./settings.ts";

/** Milliseconds that a stop may take; the kubelet waits for 30 s, and the next start finishes what was broken off. */
const patience = 20_000;

async function main(): Promise<void> {
	let daemon: Daemon | undefined;
	const stop = async (): Promise<void> => {
		setTimeout(() => process.exit(1), patience).unref();
		await daemon?.stop();
		process.exit(0);
	};
	process.once("SIGTERM", stop).once("SIGINT", stop);
	const settings = settingsOf(process.env);
	daemon = await startDaemon(settings, createLog(settings.logLevel));
}

main().catch((error: unknown) => {
	createLog().error("the daemon can't go on", { error });
	process.exit(1);
});
