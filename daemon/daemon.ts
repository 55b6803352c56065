import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Injector } from "../api/injector.ts";
import { isObject } from "../api/json.ts";
import { traitsOf } from "../api/kind.ts";
import type { Log } from "../api/log.ts";
import { placeHelpers } from "../faults/node/helper-places.ts";
import { faults } from "../faults/registry.ts";
import { portOf, serveHealth } from "./health.ts";
import { Injections } from "./injections.ts";
import { Journal } from "./journal.ts";
import { Leader } from "./leader.ts";
import { lockFolder } from "./lock.ts";
import { DaemonMetrics } from "./metrics.ts";
import { everyPeriod } from "./period.ts";
import { routesOf } from "./routes.ts";
import { Server } from "./server.ts";
import type { Settings } from "./settings.ts";
import { followCredentials, readCredentials } from "./tls.ts";

/** A daemon that runs. */
export interface Daemon {
	port: number;
	healthPort: number;
	/** Ends what runs and leaves the faults in place, for the next daemon on this node. */
	stop(): Promise<void>;
}

/** Starts the daemon: reads the journal, finishes what was left half done, and listens. */
export async function startDaemon(settings: Settings, log: Log): Promise<Daemon> {
	const credentials = await readCredentials(settings.tlsFolder);
	const unlock = await lockFolder(settings.journalFolder);
	// Their programs are beside that of the daemon; they themselves may still be there from the daemon before.
	placeHelpers({ state: join(settings.journalFolder, "helpers"), programs: dirname(process.argv[1] ?? "") });
	const journal = await Journal.open(settings.journalFolder, log);
	const boot = bootId();
	const leader = await Leader.open(settings.journalFolder, boot, log);
	const metrics = new DaemonMetrics({
		entries: () => journal.entries(),
		journalBytes: () => journal.size,
		leaseMs: () => leader.leftMs,
	});
	const injections = new Injections({
		journal,
		injector: async (kind) => metrics.measured(kind, await injector(kind)),
		boot,
		oneShot,
		log,
	});
	const server = new Server({ credentials, routes: routesOf(injections, leader), log, port: settings.port });
	const check = async (): Promise<void> => {
		if (!server.listening) throw new Error("the API is not served (yet or any more)");
		await journal.assertWritable();
	};
	const health = await serveHealth(settings.healthPort, check, () => metrics.registry.text());
	await injections.resume();
	await leader.guard(() => injections.lapse());
	const port = await server.listen();
	const stopFollowing = followCredentials(settings.tlsFolder, credentials, log, (fresh) => server.renew(fresh));
	const stopVerifying = everyPeriod(settings.verifyMs, log, () => injections.verify());
	const healthPort = portOf(health);
	log.info("the daemon serves", { port, healthPort, injections: journal.entries().length });
	return {
		port,
		healthPort,
		stop: async () => {
			stopVerifying();
			stopFollowing();
			await server.stop();
			await leader.stop();
			await injections.stop();
			health.close();
			await journal.close();
			await unlock();
			log.info("the daemon has stopped; faults that are in place stay", { injections: journal.entries().length });
		},
	};
}

async function injector(kind: string): Promise<Injector<unknown, unknown>> {
	const fault = faults[kind];
	if (!fault) throw new Error(`this daemon does not know the kind ${JSON.stringify(kind)}; its version is too old`);
	if (!fault.injector) throw new Error(`${kind} is not done by nodes; the controller does it through the API server`);
	return fault.injector();
}

function oneShot(kind: string, instruction: unknown): boolean {
	const fault = faults[kind];
	return fault !== undefined && isObject(instruction) && traitsOf(fault.kind, instruction).oneShot;
}

/** Changes with every start of the node, which ends all its network namespaces and processes. */
function bootId(): string {
	return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
