/** Clocks by the names of `man 2 clock_gettime`, with the numbers by which Linux knows them. */
export const clockIds = {
	CLOCK_REALTIME: 0,
	CLOCK_MONOTONIC: 1,
	CLOCK_PROCESS_CPUTIME_ID: 2,
	CLOCK_THREAD_CPUTIME_ID: 3,
	CLOCK_MONOTONIC_RAW: 4,
	CLOCK_REALTIME_COARSE: 5,
	CLOCK_MONOTONIC_COARSE: 6,
	CLOCK_BOOTTIME: 7,
	CLOCK_REALTIME_ALARM: 8,
	CLOCK_BOOTTIME_ALARM: 9,
} as const;

/** Name of a clock. */
export type ClockName = keyof typeof clockIds;

/** Names of all clocks. */
export const clockNames = Object.keys(clockIds) as [ClockName, ...ClockName[]];
