import type { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";

/** Bytes of the longest line that is read. */
const longest = 16 * 1024 * 1024;

/** Calls back with each line of JSON that comes; a line that is none, or too long, ends the connection. */
export function readJsonLines(socket: Socket, line: (value: unknown) => void): void {
	const decoder = new StringDecoder("utf8");
	let rest = "";
	socket.on("data", (chunk: Buffer) => {
		const lines = (rest + decoder.write(chunk)).split("\n");
		rest = lines.pop() ?? "";
		try {
			if (rest.length > longest) throw new Error(`a line is longer than ${longest} bytes`);
			for (const text of lines) line(JSON.parse(text));
		} catch (error) {
			socket.destroy(error as Error);
		}
	});
}

/** Writes a value as a line of JSON. */
export function writeJsonLine(socket: Socket, value: unknown): void {
	socket.write(`${JSON.stringify(value)}\n`);
}
