import { describe, expect, test } from "vitest";
import type { Reached } from "../../../images/sample/report.ts";
import type { PodReport } from "../../../tools/lib/reach.ts";
import { median, reachTable } from "../../../tools/lib/reach-table.ts";

const roles = ["front", "back", "store"];

/** What pods with numbers reach: `cut` says which attempts fail. */
function reports(cut: (attempt: Reached) => boolean): PodReport[] {
	const pods = roles.flatMap((role) => [0, 1].map((number) => ({ role, pod: `${role}-${number}` })));
	return pods.toReversed().map(({ role: fromRole, pod }) => {
		const peers = [
			...pods
				.filter((peer) => peer.pod !== pod)
				.map((peer) => ({ role: peer.role, peer: peer.pod, via: "pod" as const })),
			...roles.map((role) => ({ role, peer: role, via: "service" as const })),
		];
		const reached = peers.flatMap((peer) =>
			([4, 6] as const).map((family): Reached => {
				const attempt = {
					from: pod,
					fromRole,
					...peer,
					family,
					address: "10.0.0.1",
					ok: true,
					ms: 1.25,
					answered: null,
					error: null,
				};
				return cut(attempt) ? { ...attempt, ok: false, ms: 1000, error: "no answer within 1000 ms" } : attempt;
			}),
		);
		return { pod, role: fromRole, reached, error: null };
	});
}

describe("the table", () => {
	test("has a row for each pod in the order of the roles, and a column for each role", () => {
		expect(reachTable(reports(() => false))).toBe(
			[
				"from      to front            to back             to store",
				"front-0   2/2 1.3 | 2/2 1.3   4/4 1.3 | 2/2 1.3   4/4 1.3 | 2/2 1.3",
				"front-1   2/2 1.3 | 2/2 1.3   4/4 1.3 | 2/2 1.3   4/4 1.3 | 2/2 1.3",
				"back-0    4/4 1.3 | 2/2 1.3   2/2 1.3 | 2/2 1.3   4/4 1.3 | 2/2 1.3",
				"back-1    4/4 1.3 | 2/2 1.3   2/2 1.3 | 2/2 1.3   4/4 1.3 | 2/2 1.3",
				"store-0   4/4 1.3 | 2/2 1.3   4/4 1.3 | 2/2 1.3   2/2 1.3 | 2/2 1.3",
				"store-1   4/4 1.3 | 2/2 1.3   4/4 1.3 | 2/2 1.3   2/2 1.3 | 2/2 1.3",
			].join("\n"),
		);
	});

	test("by role sums up the pods; a role that is cut off as a whole needs no further words", () => {
		const cut = ({ fromRole, role }: Reached) => fromRole === "front" && role === "back";
		expect(reachTable(reports(cut), "role")).toBe(
			[
				"from    to front            to back             to store",
				"front   4/4 1.3 | 4/4 1.3   0/8 - | 0/4 -       8/8 1.3 | 4/4 1.3",
				"back    8/8 1.3 | 4/4 1.3   4/4 1.3 | 4/4 1.3   8/8 1.3 | 4/4 1.3",
				"store   8/8 1.3 | 4/4 1.3   8/8 1.3 | 4/4 1.3   4/4 1.3 | 4/4 1.3",
			].join("\n"),
		);
	});

	test("names the peers that are missing where only some of a role are reached", () => {
		const cut = ({ from, peer, family }: Reached) =>
			(from === "front-0" && peer === "back-1") || (from === "store-1" && peer === "back" && family === 6);
		const lines = reachTable(reports(cut)).split("\n");
		expect(lines[1]).toBe("front-0   2/2 1.3 | 2/2 1.3   2/4 1.3 | 2/2 1.3   4/4 1.3 | 2/2 1.3");
		expect(lines.slice(7)).toEqual([
			"front-0 does not reach back-1 by IPv4 and IPv6: no answer within 1000 ms",
			"store-1 does not reach the Service back by IPv6: no answer within 1000 ms",
		]);
	});

	test("does not take a pod that could not be asked for one that reaches nobody", () => {
		const [first, ...others] = reports(() => false);
		const failed: PodReport = { pod: "store-1", role: "store", reached: [], error: "reach in pod a/store-1: gone" };
		expect(first?.pod).toBe("store-1");
		const lines = reachTable([failed, ...others]).split("\n");
		expect(lines[6]).toBe("store-1   ?                   ?                   ?");
		expect(lines[7]).toBe("store-1 could not be asked: reach in pod a/store-1: gone");
	});
});

test.each([
	[[], undefined],
	[[3], 3],
	[[9, 1, 2], 2],
	[[10, 1, 2, 3], 2.5],
])("the median of %j is %s", (values, expected) => {
	expect(median(values)).toBe(expected);
});
