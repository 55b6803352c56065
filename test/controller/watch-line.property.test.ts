import fc from "fast-check";
import { expect, it } from "vitest";
import { lines } from "../../controller/lines.ts";
import { readWatchLine } from "../../controller/watch-line.ts";
import { always, mutations, numRuns, spoiled } from "../support/properties.ts";

const state = { id: "0123456789abcdef", experiment: "e", status: "lost", message: "gone" };

it("a line of a watch is a state, a mark or a sign of life, or ends the stream with an Error", () => {
	const values = fc.oneof(fc.jsonValue(), mutations(state)).map((value) => JSON.stringify(value) ?? "");
	always(fc.oneof(values, spoiled(JSON.stringify(state))), (line) => {
		try {
			const said = readWatchLine(line);
			if (said === undefined || said === "synced") return;
			expect([typeof said.id, typeof said.experiment, typeof said.status]).toEqual(["string", "string", "string"]);
		} catch (error) {
			expect(error).toBeInstanceOf(Error);
		}
	});
});

it("lines come out of a stream as they went in, wherever it is cut", async () => {
	const line = fc.string({ unit: "grapheme", maxLength: 8 }).filter((text) => !text.includes("\n"));
	const inputs = fc.tuple(fc.array(line, { maxLength: 5 }), fc.integer({ min: 1, max: 7 }));
	const cut = fc.asyncProperty(inputs, async ([written, size]) => {
		const bytes = Buffer.from(written.map((text) => `${text}\n`).join(""));
		const read: string[] = [];
		for await (const text of lines(inPieces(bytes, size))) read.push(text);
		expect(read).toEqual(written);
	});
	await fc.assert(cut, { numRuns });
});

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
