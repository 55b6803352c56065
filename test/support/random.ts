/** Random numbers of 32 bits that are the same each time for a seed: an xorshift generator. */
export function seeded(seed: number): () => number {
	let state = (seed * 2_654_435_769) >>> 0 || 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		state >>>= 0;
		return state;
	};
}
