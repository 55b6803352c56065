import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
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
	const own = randomUUID();
	let removed = false;
	for (const start = performance.now(); ; ) {
		const server = await listen(path, own);
		// Another daemon that found the same dead socket may have removed ours for it.
		if (server && removed) await sleep(pause);
		if (server && (await holder(path)) === own) {
			return async () => {
				server.close();
				await once(server, "close");
			};
		}
		// Not closed: that would remove the file of the one who took our place.
		server?.unref();
		if ((await holder(path)) === undefined) {
			await rm(path, { force: true });
			removed = true;
		} else if (performance.now() - start < patienceMs) await sleep(pause);
		else throw new Error(`another daemon uses ${folder}; end it first (a pod that was deleted by force may still run)`);
	}
}

/** Listens, and tells whoever connects that it is `own`; undefined when there is a socket of this name already. */
async function listen(path: string, own: string): Promise<Server | undefined> {
	const server = createServer((socket) => socket.on("error", () => {}).end(own));
	try {
		server.listen(path);
		await once(server, "listening");
		return server;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
		throw error;
	}
}

/** Who listens on a socket; undefined when nobody does any more, empty when they are too busy to say. */
async function holder(path: string): Promise<string | undefined> {
	const socket = connect(path);
	try {
		await once(socket, "connect");
		return await Promise.race([text(socket), sleep(pause, "")]);
	} catch {
		return undefined;
	} finally {
		socket.destroy();
	}
}
