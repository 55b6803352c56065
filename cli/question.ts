import { createInterface } from "node:readline/promises";

/**
 * Asks at a terminal; whatever is no yes is a no, also when the terminal has no more to say (Ctrl-D). Rejects when the signal is
 * aborted, which says that nobody waits for the answer any more.
 */
export async function isYes(
	question: string,
	{ input, output }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream },
	signal: AbortSignal,
): Promise<boolean> {
	const terminal = createInterface({ input, output, terminal: true });
	// While it asks, the terminal makes no signal of Ctrl-C.
	terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
	// Node leaves open what becomes of a question whose terminal is closed.
	const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
	try {
		const answered = terminal.question(question, { signal }).catch((error: unknown) => {
			if (signal.aborted) throw error;
			return "";
		});
		return /^y(es)?$/i.test((await Promise.race([answered, closed])).trim());
	} finally {
		terminal.close();
	}
}
