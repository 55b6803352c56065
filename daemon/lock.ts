import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds to wait for another daemon on its way out, and between two looks at it. */
const patience = 20_000;
const pause = 200;

/**
 * Takes a folder for this process alone: two writers (a pod deleted by force, whose process lives on beside its successor's)
 * would spoil the journal. The lock is a Unix socket that is listened on, which ends with its process, however that ends.
 * Returns what gives the folder back; throws when another process keeps it.
 */
export async function lockFolder(folder: string, patienceMs = patience): Promise<() => Promise<void>> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const path = join(folder, "lock");
	for (const start = performance.now(); ; ) {
		const server = await listen(path);
		if (server) {
			return async () => {
				server.close();
				await once(server, "close");
			};
		}
		if (!(await isAnswered(path))) await rm(path, { force: true });
		else if (performance.now() - start < patienceMs) await sleep(pause);
		else throw new Error(`another daemon uses ${folder}; end it first (a pod that was deleted by force may still run)`);
	}
}

async function listen(path: string): Promise<Server | undefined> {
	const server = createServer((socket) => socket.destroy());
	try {
		server.listen(path);
		await once(server, "listening");
		return server;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
		throw error;
	}
}

async function isAnswered(path: string): Promise<boolean> {
	const socket = connect(path);
	try {
		await once(socket, "connect");
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
