import type { Grammar } from "./grammar.ts";

const nanoseconds: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
/** The largest duration that the format has, about 292 years: what a signed 64-bit number of nanoseconds holds. */
const limit = 2 ** 63;

/**
 * Milliseconds of a duration in Go's format (`time.ParseDuration`): an optional sign and one or more decimals each with a unit
 * of ns, us, µs, ms, s, m or h; a plain `0` needs no unit. Undefined when the text is not one.
 *
 * @example parseDuration("1h30m") // 5_400_000
 */
export function parseDuration(text: string): number | undefined {
	const sign = text.startsWith("-") ? -1 : 1;
	const digits = /^[+-]/.test(text) ? text.slice(1) : text;
	if (digits === "0") return 0;
	let total = 0;
	part.lastIndex = 0;
	while (part.lastIndex < digits.length) {
		const match = part.exec(digits);
		if (!match) return undefined;
		total += Number(match[1]) * (nanoseconds[match[2] ?? ""] ?? 0);
	}
	return digits === "" || total >= limit ? undefined : (sign * total) / 1e6;
}

/** Writes milliseconds as a short duration of whole units down to the millisecond: 5_400_000 is `1h30m`. */
export function formatDuration(milliseconds: number): string {
	let rest = Math.round(milliseconds);
	let text = "";
	for (const [unit, size] of [
		["h", 3_600_000],
		["m", 60_000],
		["s", 1000],
		["ms", 1],
	] as const) {
		const count = Math.floor(rest / size);
		if (count > 0) text += `${count}${unit}`;
		rest -= count * size;
	}
	return text === "" ? "0s" : text;
}

const numbers = "(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+";
const longest = "more than the 292 years that the format holds";

/** A duration above zero, such as a time-out. */
export const positiveDuration: Grammar = {
	name: "a duration above zero",
	hint: 'write numbers with units of ns, us, ms, s, m or h, such as "90s" or "1h30m"',
	pattern: `^\\+?${numbers}$`,
	also: "[1-9]",
	maxLength: 64,
	inexact: longest,
	type: "Duration",
	accepts: (text) => (parseDuration(text) ?? 0) > 0,
};

/** How long an experiment runs: above zero, or empty, which says nothing (upstream takes that too). */
export const duration: Grammar = {
	...positiveDuration,
	pattern: `^(\\+?${numbers})?$`,
	also: "^$|[1-9]",
	accepts: (text) => text === "" || positiveDuration.accepts(text),
};

/** A length of time that may be zero, such as a jitter. */
export const durationOrZero: Grammar = {
	name: "a duration of zero or more",
	hint: positiveDuration.hint,
	pattern: `^\\+?(0|${numbers})$`,
	maxLength: 64,
	inexact: longest,
	type: "Duration",
	accepts: (text) => !text.startsWith("-") && parseDuration(text) !== undefined,
};

/** How far a clock is moved: forward, or back with `-` before it; not zero. */
export const timeOffset: Grammar = {
	name: "an offset of time",
	hint: 'write numbers with units of ns, us, ms, s, m or h, such as "1h30m", with "-" before them to go back; not zero',
	pattern: `^[+-]?${numbers}$`,
	also: "[1-9]",
	maxLength: 64,
	inexact: longest,
	type: "TimeOffset",
	accepts: (text) => (parseDuration(text) ?? 0) !== 0,
};

/**
 * A duration within bounds.
 *
 * @param least - the shortest, as text: `1s`
 * @param most - the longest
 */
export function durationFrom(least: string, most: string): Grammar {
	const [shortest = 0, longestMs = 0] = [parseDuration(least), parseDuration(most)];
	return {
		...positiveDuration,
		name: `a duration from ${least} to ${most}`,
		inexact: "the bounds",
		accepts: (text) => {
			const ms = parseDuration(text) ?? 0;
			return ms >= shortest && ms <= longestMs;
		},
	};
}
