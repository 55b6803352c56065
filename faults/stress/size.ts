import { parseByteSize } from "../../api/byte-size.ts";
import { quote } from "../../api/problem.ts";
import type { MemoryTotal } from "./limits.ts";

/** What of the free memory is taken when nothing says how much: the container needs some to go on. */
const nearlyAll = 0.95;

/** How much memory is to be taken, and of what that is a share, in words. */
export interface Size {
	bytes: number;
	/** Such as `50 % of the container's limit of 512 MiB`. */
	words: string;
}

/**
 * What the size of an experiment comes to on a container; throws when that is more than there is, since the kernel would end the
 * stress, or the container, at once.
 */
export function sizeOf(size: string | undefined, total: MemoryTotal, container: string): Size {
	const whole =
		total.of === "limit"
			? `the limit of the container, ${mebibytes(total.bytes)}`
			: `the node's memory, ${mebibytes(total.bytes)}, for want of a limit of the container`;
	if (size === undefined) {
		const bytes = Math.floor(total.free * nearlyAll);
		return { bytes, words: `${nearlyAll * 100} % of what was free of ${whole}` };
	}
	if (size.endsWith("%")) {
		const percent = Number(size.slice(0, -1));
		return { bytes: Math.floor((total.bytes * percent) / 100), words: `${percent} % of ${whole}` };
	}
	const bytes = Math.floor(parseByteSize(size.replace("+", "")) ?? 0);
	if (bytes > total.bytes) {
		const may =
			total.of === "limit"
				? `may use ${mebibytes(total.bytes)} (its limit)`
				: `has no limit, and its node has ${mebibytes(total.bytes)}`;
		throw new Error(
			`stressors.memory.size: ${quote(size)} is more than container ${container} can have, which ${may}; use less, or a percentage`,
		);
	}
	return { bytes, words: mebibytes(bytes) };
}

/** Bytes as people read them, with one decimal: `12.5 MiB`. */
export function mebibytes(bytes: number): string {
	return `${Math.round((bytes / 2 ** 20) * 10) / 10} MiB`;
}
