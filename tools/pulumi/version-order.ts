/**
 * Whether version `found` is `wanted` or newer, comparing major, minor and patch; a leading `v` and what follows the patch
 * (`-alpha.1`, `+dirty`) are ignored. Text that is no version is never new enough.
 */
export function isAtLeast(found: string, wanted: string): boolean {
	const [a, b] = [numbers(found), numbers(wanted)];
	if (a === undefined || b === undefined) return false;
	const difference = a.map((part, index) => part - (b[index] ?? 0)).find((part) => part !== 0) ?? 0;
	return difference >= 0;
}

function numbers(version: string): number[] | undefined {
	const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version.trim());
	return match?.slice(1).map(Number);
}
