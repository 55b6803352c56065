import type { Code } from "./listing.ts";

/** All that is special about a kind of processor. */
export interface Machine {
	/** Number in the header of ELF files. */
	elf: number;
	/** The functions that stand in for those of the vDSO, and their data (`dataListing`). */
	code: Code;
	/** Functions of the vDSO by name, and the label of what stands in for each; the first reads all clocks and must be there. */
	functions: readonly { symbol: string; label: string }[];
	/**
	 * What goes to the label `original`: the beginning of the vDSO's function that was overwritten, and a jump to the rest of it.
	 * Undefined when it can't be told from the function's bytes how it begins.
	 *
	 * @param body - the function's own bytes
	 * @param from - where the function is, counted as `to` is
	 * @param to - where the label is
	 */
	original(body: Buffer, from: number, to: number): Buffer | undefined;
	/** What goes there instead: a system call, which takes ten times as long. */
	systemCall: Buffer;
	/** What the function's beginning is overwritten with, so that it goes on at `to`. At most 8 bytes. */
	entry(body: Buffer, from: number, to: number): Buffer;
}
