/** How long one step of the demo took. */
interface Timing {
	title: string;
	seconds: number;
}

/** The steps of the demo: each is announced, timed, and listed at the end. */
export class Steps {
	readonly #timings: Timing[] = [];

	/** Runs one step. */
	async run<T>(title: string, work: () => Promise<T> | T): Promise<T> {
		console.log(`\n=== ${title}\n`);
		const start = performance.now();
		try {
			return await work();
		} finally {
			this.#timings.push({ title, seconds: (performance.now() - start) / 1000 });
		}
	}

	/** One line a step, and the sum. */
	table(): string {
		const sum = this.#timings.reduce((total, { seconds }) => total + seconds, 0);
		return [...this.#timings, { title: "all together", seconds: sum }]
			.map(({ title, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${title}`)
			.join("\n");
	}
}
