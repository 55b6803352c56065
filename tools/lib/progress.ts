/** Tells a person what is being done. */
export interface Progress {
	/** One line, now. */
	note(text: string): void;
	/** Runs `work`, says so before, and how long it took after. */
	step<T>(what: string, work: () => Promise<T>): Promise<T>;
}

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);

/** Writes one line of progress to standard error, which leaves standard output to what was asked for. */
export function say(sentence: string): void {
	process.stderr.write(`pulumi-chaos: ${sentence}\n`);
}

/** Progress as lines, by default on standard error. */
export function lineProgress(write: (line: string) => void = say): Progress {
	return {
		note: write,
		async step(what, work) {
			const start = performance.now();
			write(`${what} ...`);
			try {
				const result = await work();
				write(`${what}: done in ${seconds(start)} s`);
				return result;
			} catch (error) {
				write(`${what}: failed after ${seconds(start)} s`);
				throw error;
			}
		},
	};
}
