/** Writes one line of progress to standard error, which leaves standard output to what was asked for. */
export function say(sentence: string): void {
	console.error(`pulumi-chaos: ${sentence}`);
}
