import { roles } from "../../images/sample/identity.ts";
import type { Reached } from "../../images/sample/report.ts";
import type { PodReport } from "./reach.ts";

/** How a table sums up: a row for each pod, or one for all pods of a role. */
export type Rows = "pod" | "role";

interface Row {
	name: string;
	reached: Reached[];
	/** Pods that could not be asked, with the reason. */
	errors: string[];
}

/**
 * Who reaches whom as a table in plain text, for example
 *
 *     from   to front              to back           to store
 *     front  12/12 1.2 | 6/6 1.4   0/18 - | 0/6 -    18/18 1.1 | 6/6 1.2
 *
 * A cell tells how many addresses answered of those that were tried, and the median time in milliseconds: of the pods' own
 * addresses, then of the Service's. Below the table are the peers that are missing where a row reaches only some of a role,
 * and the pods that could not be asked.
 */
export function reachTable(reports: readonly PodReport[], rows: Rows = "pod"): string {
	const lines = rowsOf(reports, rows);
	const head = ["from", ...roles.map((role) => `to ${role}`)];
	const body = lines.map((row) => [
		row.name,
		...roles.map((role) => cell(row.reached.filter((each) => each.role === role))),
	]);
	const missing = lines.flatMap(partial);
	const errors = lines.flatMap((row) => row.errors);
	return [...aligned([head, ...body]), ...missing, ...errors].join("\n");
}

const position = (role: string) => roles.indexOf(role);

function rowsOf(reports: readonly PodReport[], rows: Rows): Row[] {
	const sorted = reports.toSorted((a, b) => position(a.role) - position(b.role) || a.pod.localeCompare(b.pod));
	const grouped = Map.groupBy(sorted, (report) => report[rows]);
	return [...grouped].map(([name, members]) => ({
		name,
		reached: members.flatMap((report) => report.reached),
		errors: members.flatMap(({ pod, error }) => (error === null ? [] : [`${pod} could not be asked: ${error}`])),
	}));
}

function cell(reached: Reached[]): string {
	const part = (via: Reached["via"]) => {
		const tried = reached.filter((each) => each.via === via);
		const times = tried.filter(({ ok }) => ok).map(({ ms }) => ms);
		return `${times.length}/${tried.length} ${median(times)?.toFixed(1) ?? "-"}`;
	};
	return reached.length === 0 ? "?" : `${part("pod")} | ${part("service")}`;
}

/** The middle of the sorted values, or the mean of the two in the middle; undefined of none. */
export function median(values: readonly number[]): number | undefined {
	const sorted = values.toSorted((a, b) => a - b);
	const upper = sorted[Math.floor(sorted.length / 2)];
	const lower = sorted[Math.ceil(sorted.length / 2) - 1];
	return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

/** Names what is missing where something of a role is reached: how many it is does not tell who. */
function partial({ reached }: Row): string[] {
	const cells = Map.groupBy(reached, ({ role, via }) => `${via} ${role}`);
	return [...cells.values()].flatMap((tried) => {
		const failed = tried.filter(({ ok }) => !ok);
		return failed.length === tried.length ? [] : sentences(failed);
	});
}

function sentences(failed: Reached[]): string[] {
	const whom = ({ peer, via, role }: Reached) =>
		via === "service" ? `the Service ${role}` : (peer ?? `a pod of ${role}`);
	const alike = Map.groupBy(failed, (each) => JSON.stringify([each.from, whom(each), each.error]));
	return [...alike.values()].flatMap((same) => {
		const [first] = same;
		if (first === undefined) return [];
		const families = [...new Set(same.map(({ family }) => `IPv${family}`))].join(" and ");
		return [`${first.from} does not reach ${whom(first)} by ${families}: ${first.error}`];
	});
}

function aligned(rows: readonly string[][]): string[] {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows.map((row) =>
		row
			.map((text, column) => text.padEnd(widths[column] ?? 0))
			.join("   ")
			.trimEnd(),
	);
}
