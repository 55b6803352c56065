/** Longest line taken; a longer one means that the other side does not speak our format. */
const longest = 8 << 20;

/** Splits a stream of UTF-8 into its lines, without their line breaks; a last line without one is dropped (it was cut off). */
export async function* lines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let rest = "";
	for await (const chunk of stream) {
		const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
		rest = parts.pop() ?? "";
		if (rest.length > longest) throw new Error(`a line of the stream is longer than ${longest} characters`);
		yield* parts;
	}
}
