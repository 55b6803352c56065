import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mode } from "../../api/selector.ts";
import type { Reason, TargetRecord } from "../../api/status.ts";
import { isHeld } from "../../controller/records.ts";
import { isDone, regrouped } from "../../controller/regroup.ts";
import { draw, seeded } from "../../selection/draw.ts";
import { always } from "../support/properties.ts";

const names = ["a", "b", "c", "d", "e", "f"];

const record = (name: string): fc.Arbitrary<TargetRecord> =>
	fc
		.record({
			phase: fc.constantFrom("Not Injected", "Not Injected/Wait", "Injected/Wait", "Injected"),
			reason: fc.constantFrom<(Reason | undefined)[]>(undefined, undefined, "FaultLost", "TargetGone", "RecoverFailed"),
			leaves: fc.constantFrom<(true | undefined)[]>(undefined, undefined, true),
			selectorKey: fc.constantFrom(".", ".Target"),
		})
		.map(({ phase, reason, leaves, selectorKey }) => ({
			id: `shop/${name}`,
			selectorKey,
			// A target that is gone holds nothing.
			phase: reason === "TargetGone" ? "Not Injected" : phase,
			injectedCount: 0,
			recoveredCount: 0,
			node: "node-1",
			podUid: `uid-${name}`,
			...(reason && { reason }),
			...(leaves && { leaves }),
		}));

const situation = fc.record({
	records: fc.subarray(names).chain((some) => fc.tuple(...some.map(record))),
	staying: fc.subarray(names),
	coming: fc.subarray(names),
});

const keyOf = ({ selectorKey, id }: TargetRecord): string => `${selectorKey} ${id}`;

function regroup(
	records: TargetRecord[],
	staying: string[],
	coming: string[],
): { next: TargetRecord[]; fresh: TargetRecord[]; stays: (one: TargetRecord) => boolean } {
	const fresh = coming.map((name): TargetRecord => {
		const where = { id: `shop/${name}`, selectorKey: ".", node: "node-2", podUid: `uid-new-${name}` };
		return { ...where, phase: "Not Injected", injectedCount: 0, recoveredCount: 0 };
	});
	const stays = ({ id }: TargetRecord): boolean => staying.includes(id.slice("shop/".length));
	return { next: regrouped(records, stays, fresh), fresh, stays };
}

describe("records after targets were chosen again", () => {
	it("keep all of which something may be left, and only mark those that leave", () => {
		always(situation, ({ records, staying, coming }) => {
			const { next } = regroup(records, staying, coming);
			for (const one of records.filter((old) => isHeld(old) && old.reason !== "TargetGone")) {
				const now = next.find(({ podUid, selectorKey }) => podUid === one.podUid && selectorKey === one.selectorKey);
				expect(now && { ...now, leaves: one.leaves }).toEqual({ ...one, leaves: one.leaves });
			}
		});
	});

	it("leave alone who stays, mark who does not match, and let nobody come back that leaves", () => {
		always(situation, ({ records, staying, coming }) => {
			const { next, stays } = regroup(records, staying, coming);
			for (const one of next) {
				const old = records.find(({ podUid, selectorKey }) => podUid === one.podUid && selectorKey === one.selectorKey);
				if (!old) continue;
				if (stays(old) && !old.leaves) expect(one).toBe(old);
				else expect(one.leaves).toBe(true);
			}
		});
	});

	it("hold each target once, all that come, and nobody that is of no use", () => {
		always(situation, ({ records, staying, coming }) => {
			const { next, fresh } = regroup(records, staying, coming);
			expect(new Set(next.map(keyOf)).size).toBe(next.length);
			expect(next.filter(isDone)).toEqual([]);
			for (const one of fresh) expect(next.map(keyOf)).toContain(keyOf(one));
		});
	});

	it("come to the same when asked twice", () => {
		always(situation, ({ records, staying, coming }) => {
			const { next, fresh, stays } = regroup(records, staying, coming);
			const all = (one: TargetRecord): boolean => stays(one) || fresh.includes(one);
			expect(regrouped(next, all, fresh)).toEqual(next);
		});
	});
});

describe("a draw that keeps some", () => {
	const drawing = fc.record({
		candidates: fc.subarray(names),
		kept: fc.subarray(names),
		mode: fc.constantFrom<Mode>("one", "all", "fixed", "fixed-percent", "random-max-percent"),
		value: fc.integer({ min: 1, max: 100 }).map(String),
	});
	const name = (candidate: string): string => candidate;

	it("takes them all, and only as many others as lack", () => {
		always(drawing, ({ candidates, kept, mode, value }) => {
			const rank = seeded("7");
			const keeps = (candidate: string): boolean => kept.includes(candidate);
			const drawn = draw(candidates, { mode, value }, name, rank, keeps);
			const present = candidates.filter(keeps);
			expect(drawn).toEqual(expect.arrayContaining(present));
			const wanted = draw(candidates, { mode, value }, name, rank).length;
			expect(drawn).toHaveLength(Math.max(wanted, present.length));
		});
	});

	it("stays the same when those that it has taken are kept", () => {
		always(drawing, ({ candidates, mode, value }) => {
			const drawn = draw(candidates, { mode, value }, name, seeded("7"));
			expect(draw(candidates, { mode, value }, name, seeded("8"), (one) => drawn.includes(one)).sort()).toEqual(
				expect.arrayContaining([...drawn].sort()),
			);
			expect(draw(candidates, { mode, value }, name, seeded("7"), (one) => drawn.includes(one))).toEqual(drawn);
		});
	});
});
