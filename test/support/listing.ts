import { setTimeout as sleep } from "node:timers/promises";

/** The kernel gives a device its own IPv6 address, and the routes to it, up to two seconds after the device has come up. */
const quietMs = 4000;
const patienceMs = 60_000;

/**
 * A listing of something as soon as it is the same as four seconds before: what is compared with it later must not differ by
 * what was still on its way.
 * @throws Error with the lines that still change after a minute
 */
export async function settled(list: () => string[]): Promise<string[]> {
	const end = Date.now() + patienceMs;
	for (let before = list(); ; ) {
		await sleep(quietMs);
		const now = list();
		const changes = difference(before, now);
		if (changes.length === 0) return now;
		if (Date.now() > end) throw new Error(`still changes after a minute:\n${changes.join("\n")}`);
		before = now;
	}
}

/** Lines of one listing that another one lacks: `- ` before those that are gone and `+ ` before those that are new. */
export function difference(before: readonly string[], now: readonly string[]): string[] {
	return [...surplus(before, now).map((line) => `- ${line}`), ...surplus(now, before).map((line) => `+ ${line}`)];
}

/** Each line as often as the one listing has it more than the other. */
function surplus(lines: readonly string[], others: readonly string[]): string[] {
	const left = new Map<string, number>();
	for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
	return lines.filter((line) => {
		const count = left.get(line) ?? 0;
		left.set(line, count - 1);
		return count <= 0;
	});
}
