import { parseDuration } from "./duration.ts";
import type { Grammar } from "./grammar.ts";

/** What stands in one field: bounds, and names for some of the numbers, from the lowest on. */
interface CronField {
	readonly from: number;
	readonly to: number;
	readonly names?: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const seconds: CronField = { from: 0, to: 59 };
const fields: readonly CronField[] = [
	{ from: 0, to: 59 },
	{ from: 0, to: 23 },
	{ from: 1, to: 31 },
	{ from: 1, to: 12, names: months },
	{ from: 0, to: 6, names: days },
];

const zone = "((CRON_)?TZ=[A-Za-z0-9_+/-]+ +)?";
const field = "[0-9A-Za-z*?,/-]+";
const named = "@(yearly|annually|monthly|weekly|daily|midnight|hourly|every [^ ]+)";
const pattern = `^${zone}(${named}|${field}( +${field}){4,5})$`;

/**
 * When something is done: minute, hour, day of the month, month and day of the week (0 is Sunday), with seconds before them if
 * there are six fields; or a name. A time zone may stand before all.
 *
 * @example "CRON_TZ=Europe/Berlin 30 2 * * MON-FRI"
 */
export const cron: Grammar = {
	name: "a cron expression",
	hint: 'write minute, hour, day of the month, month and day of the week, such as "0 3 * * MON-FRI", or "@hourly", "@daily", "@weekly", "@monthly", "@yearly" or "@every 90s"',
	pattern,
	maxLength: 256,
	inexact: "the ranges of the fields, the duration after @every and the names of time zones",
	type: "Cron",
	accepts: (text) => new RegExp(pattern).test(text) && isCron(text),
};

function isCron(text: string): boolean {
	const [first = "", ...others] = text.split(/ +/);
	const timeZone = /^(?:CRON_)?TZ=(.*)$/.exec(first)?.[1];
	if (timeZone !== undefined) return isTimeZone(timeZone) && isCron(others.join(" "));
	if (first.startsWith("@")) return first !== "@every" || (parseDuration(others.join(" ")) ?? 0) > 0;
	const all = [first, ...others];
	const expected = all.length > fields.length ? [seconds, ...fields] : fields;
	return all.length === expected.length && expected.every((one, index) => isField(one, all[index] ?? ""));
}

/** Whether a field is right: entries with commas between them, each a value, a range or all, with a step after a slash. */
function isField(bounds: CronField, text: string): boolean {
	return text.split(",").every((entry) => {
		const [range = "", step, ...more] = entry.split("/");
		if (more.length > 0 || (step !== undefined && !/^0*[1-9][0-9]{0,8}$/.test(step))) return false;
		if (range === "*" || range === "?") return true;
		const ends = range.split("-").map((end) => numberOf(bounds, end));
		const [low = Number.NaN, high = low] = ends;
		return ends.length <= 2 && low >= bounds.from && low <= high && high <= bounds.to;
	});
}

function numberOf({ from, names = [] }: CronField, text: string): number {
	const index = names.indexOf(text.toLowerCase());
	if (index >= 0) return from + index;
	return /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

function isTimeZone(name: string): boolean {
	try {
		return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
	} catch {
		return false;
	}
}
