/** How much of something is hit, in whole percents, at least 1. */
export function percent({ hit, of }: { hit: number; of: number }): number {
	return Math.max(1, Math.round((100 * hit) / of));
}
