/** One part of what is promised to be exact, and how it is measured. `Result` is kept as JSON. */
export interface Subject<Result> {
	/** How it is called on the command line and in `results.json`. */
	name: string;
	/** Measures all of it on this machine. `said` hears how far it is. */
	measure(said: (line: string) => void): Promise<Result>;
	/** Its section of docs/accuracy.md, in paragraphs of Markdown. */
	section(result: Result): string[];
	/** What is not as exact as it must be, as sentences. */
	off(result: Result): string[];
}
