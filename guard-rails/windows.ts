import { type WeekDay, type Window, weekDays } from "./spec.ts";

const day = 86_400_000;
/** Windows come again each week: what is open for longer than one has no end. */
const farthest = 8 * day;

/** A span of time, ms since the epoch; the end is outside. */
interface Span {
	from: number;
	to: number;
}

/** Until when the windows are open without a break, ms since the epoch; undefined: they are not open now. */
export function openUntil(windows: readonly Window[], now: number): number | undefined {
	let until = now;
	for (;;) {
		const around = windows
			.flatMap((window) => spans(window, until, 0))
			.filter(({ from, to }) => from <= until && until < to);
		if (around.length === 0) return until === now ? undefined : until;
		until = Math.max(...around.map(({ to }) => to));
		if (until - now > farthest) return Number.POSITIVE_INFINITY;
	}
}

/** The next time at which a window opens, ms since the epoch, with the window. */
export function nextOpening(windows: readonly Window[], now: number): { at: number; window: Window } | undefined {
	const later = windows.flatMap((window) => spans(window, now, 8).map(({ from }) => ({ at: from, window })));
	return later.filter(({ at }) => at > now).sort((a, b) => a.at - b.at)[0];
}

/** `Mon to Fri, 09:00 to 17:00 Europe/Berlin`, as far as it says that. */
export function describeWindow({ days = [], from, to, timeZone = "UTC" }: Window): string {
	const when = days.length > 0 && days.length < weekDays.length ? days.join(", ") : "every day";
	return `${when} ${from} to ${to} ${timeZone}`;
}

/** When the window is open around that time: the days before and after it, and so many more. */
function spans(window: Window, around: number, more: number): Span[] {
	const { days = weekDays, from, to, timeZone = "UTC" } = window;
	const found: Span[] = [];
	for (let offset = -2; offset <= 1 + more; offset++) {
		const date = dateIn(timeZone, around) + offset * day;
		if (!days.includes(dayOf(date))) continue;
		const [begin, end] = [minutesOf(from), minutesOf(to)];
		const last = end > begin ? end : end + 24 * 60;
		const span = { from: instantOf(date, begin, timeZone), to: instantOf(date, last, timeZone) };
		if (span.to > span.from) found.push(span);
	}
	return found;
}

function minutesOf(time: string): number {
	const [hours = 0, minutes = 0] = time.split(":").map(Number);
	return hours * 60 + minutes;
}

/** The date there, as midnight of that date in UTC. */
function dateIn(timeZone: string, at: number): number {
	return Math.floor(wallClock(timeZone, at) / day) * day;
}

function dayOf(date: number): WeekDay {
	return weekDays[(new Date(date).getUTCDay() + 6) % 7] as WeekDay;
}

/**
 * When clocks there show so many minutes after midnight of a date. When they are set forward over that time, as much later; when they
 * show it twice, the first.
 */
function instantOf(date: number, minutes: number, timeZone: string): number {
	const wall = date + minutes * 60_000;
	const ahead = (at: number): number => wallClock(timeZone, at) - at;
	// The offset before and that after a change of clocks that may be near: the larger one leads to the earlier instant.
	const candidates = [wall - ahead(wall - day), wall - ahead(wall + day)].sort((a, b) => a - b);
	return candidates.find((at) => wallClock(timeZone, at) === wall) ?? (candidates[1] as number);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks show there, to the second, read as a time in UTC. */
function wallClock(timeZone: string, at: number): number {
	const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-US", { ...shown, timeZone });
	formats.set(timeZone, format);
	const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
	const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0, second = 0 } = parts;
	return Date.UTC(year, month - 1, date, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

const shown = {
	hourCycle: "h23",
	year: "numeric",
	month: "2-digit",
	day: "2-digit",
	hour: "2-digit",
	minute: "2-digit",
	second: "2-digit",
} as const;
