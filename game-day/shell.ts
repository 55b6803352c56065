/** A word of a command line as a POSIX shell reads it: in quotes when something in it would mean more than itself. */
export function shellWord(text: string): string {
	return /^[\w%+,./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
