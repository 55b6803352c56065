import { closeSync, openSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { basename, dirname } from "node:path";
import { isObject } from "../../api/json.ts";
import { errorText } from "../../api/log.ts";
import { removeHelperTraces } from "./helper-files.ts";
import { readJsonLines, writeJsonLine } from "./json-lines.ts";

/** What a helper does with what it is asked. */
export interface HelperWork {
	/** Answers; an error's message is told. Questions are answered one after the other. */
	answer(question: unknown): unknown;
	/** Whether it still has something to keep up. */
	isBusy(): boolean;
	/** Ends what it keeps up. */
	end(): void;
}

/** Milliseconds that a helper waits for somebody to ask, with nothing to do. */
const patience = 30_000;

/**
 * Serves as a helper of the daemon: a process of its own, which is asked by lines of JSON on a Unix socket, and outlives who has
 * started it. It ends when it is told to leave and has nothing to do, or on its own when nobody is connected and there has been
 * nothing to do for a while; and leaves nothing behind.
 *
 * @param socketPath - `<folder>/<name>.sock`
 */
export function serveHelper(socketPath: string, work: HelperWork, patienceMs = patience): void {
	const connections = new Set<Socket>();
	const [folder, name] = [dirname(socketPath), basename(socketPath, ".sock")];
	const cleanUp = (): void => {
		work.end();
		removeHelperTraces(folder, name);
	};
	const leave = (): void => {
		cleanUp();
		process.exit(0);
	};
	let timer: NodeJS.Timeout | undefined;
	const settle = (): void => {
		clearTimeout(timer);
		if (connections.size === 0 && !work.isBusy()) timer = setTimeout(() => work.isBusy() || leave(), patienceMs);
	};
	const reply = (socket: Socket, line: unknown): void => {
		if (!isObject(line)) throw new Error("a question must be an object");
		const { seq, ask } = line;
		if (isObject(ask) && ask["do"] === "leave") {
			const free = !work.isBusy();
			// Before the answer: who has it may start another one.
			if (free) cleanUp();
			writeJsonLine(socket, { seq, answer: free });
			if (free) socket.end(() => process.exit(0));
			return;
		}
		Promise.resolve()
			.then(() => work.answer(ask))
			.then(
				(answer) => writeJsonLine(socket, { seq, answer }),
				(error: unknown) => writeJsonLine(socket, { seq, error: errorText(error) }),
			);
	};
	const server = createServer((socket) => {
		connections.add(socket);
		clearTimeout(timer);
		readJsonLines(socket, (line) => reply(socket, line));
		socket
			.on("error", () => {})
			.on("close", () => {
				connections.delete(socket);
				settle();
			});
	});
	process.once("SIGTERM", leave).once("SIGINT", leave);
	rmSync(socketPath, { force: true });
	// By the open folder: the path of a socket may not be longer than 107 bytes.
	const opened = openSync(folder, "r");
	server.listen(`/proc/self/fd/${opened}/${name}.sock`, () => {
		closeSync(opened);
		settle();
	});
}
