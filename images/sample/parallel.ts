/**
 * Runs `work` on every item, at most `bound` of them at a time, and returns the results in the order of the items. The first
 * failure rejects; items that have not been started by then are not started.
 */
export async function inParallel<T, R>(
	items: readonly T[],
	bound: number,
	work: (item: T) => Promise<R>,
): Promise<R[]> {
	const results: R[] = new Array(items.length);
	const waiting = items.entries();
	let failed = false;
	const worker = async () => {
		for (const [index, item] of waiting) {
			if (failed) return;
			try {
				results[index] = await work(item);
			} catch (error) {
				failed = true;
				throw error;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(bound, items.length) }, worker));
	return results;
}
