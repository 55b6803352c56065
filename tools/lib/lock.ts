import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "./progress.ts";

// A socket without a file: the kernel frees its name when its holder dies, in whatever way.
const addressOf = (name: string) => `\0pulumi-chaos-lock-${name}`;

async function tryTake(address: string): Promise<Server | undefined> {
	const server = createServer((asker) => {
		asker.on("error", () => {});
		asker.end(String(process.pid));
	});
	server.listen(address);
	try {
		await once(server, "listening");
		return server;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
		throw error;
	}
}

async function holder(address: string): Promise<string> {
	let pid = "";
	try {
		for await (const part of connect(address)) pid += String(part);
	} catch {}
	// It may have ended in the meantime.
	return pid === "" ? "another process" : `process ${pid}`;
}

/** Runs `work` while no other process does so under the same name; waits for one that does. */
export async function withLock<T>(name: string, progress: Progress, work: () => Promise<T>): Promise<T> {
	const address = addressOf(name);
	let lock = await tryTake(address);
	for (let attempt = 1; lock === undefined; attempt++) {
		if (attempt === 5) progress.note(`waiting for ${await holder(address)}, which is at work on "${name}"`);
		await sleep(200);
		lock = await tryTake(address);
	}
	try {
		return await work();
	} finally {
		lock.close();
	}
}
