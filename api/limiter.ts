/** Runs a task now or when its turn comes; settles as the task does. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** A limiter that lets at most `atOnce` tasks run at the same time; the others wait in the order in which they came. */
export function limiter(atOnce: number): Limiter {
	let free = atOnce;
	const waiting: (() => void)[] = [];
	return async (task) => {
		if (free > 0) free--;
		else await new Promise<void>((resolve) => waiting.push(resolve));
		try {
			return await task();
		} finally {
			const next = waiting.shift();
			// The place goes straight to the next one: nobody who comes in between can take it.
			if (next) next();
			else free++;
		}
	};
}
