/**
 * Milliseconds to wait after a number of failures in a row: `base` after the first, doubling up to `cap`, spread by a quarter
 * to both sides so that what failed together does not come back together.
 */
export function backoff(failures: number, base: number, cap: number): number {
	const wait = Math.min(cap, base * 2 ** Math.min(Math.max(failures - 1, 0), 30));
	return wait * (0.75 + Math.random() / 2);
}
