import { expect, it } from "vitest";
import type { InjectionState } from "../../api/daemon-api.ts";
import type { Experiment } from "../../api/experiment.ts";
import { createLog } from "../../api/log.ts";
import { type Held, recoverLeftovers } from "../../controller/leftovers.ts";
import { injectionOf, newRecord } from "../../controller/records.ts";
import { pod } from "./pods.ts";
import { experiment } from "./world.ts";

const record = newRecord(".", pod("a"));
const known: Experiment = {
	...experiment(),
	status: { experiment: { desiredPhase: "Run", containerRecords: [record] } },
};
const wanted = injectionOf("uid-cut", record);
const held = (id: string, uid = "uid-cut", node = "node-1"): Held => ({
	node,
	id,
	experiment: uid,
});

/** What is recovered, as `node: ids`, when these are held and these experiments exist. */
async function recovered(
	all: Held[],
	cached: Experiment[] | undefined,
	live: Experiment[],
	answer: InjectionState["status"] = "recovered",
): Promise<{ calls: string[]; lists: number; log: string[] }> {
	const calls: string[] = [];
	const log: string[] = [];
	let lists = 0;
	await recoverLeftovers({
		held: () => all,
		recover: async (node, found) => {
			calls.push(`${node}: ${found.map(({ id }) => id).join(" ")}`);
			return found.map(({ id }) => ({
				id,
				experiment: "",
				status: answer,
				...(answer === "failed" && { message: "busy" }),
			}));
		},
		cached: () => cached && new Map(cached.map((one) => [one.metadata.uid, one])),
		list: async () => {
			lists++;
			return live;
		},
		log: createLog("debug", (line) => log.push(line)),
	});
	return { calls, lists, log };
}

it("takes out what belongs to no experiment, one call a node", async () => {
	const all = [held("x", "uid-gone"), held("y", "uid-gone"), held("z", "uid-gone", "node-2"), held(wanted)];
	const { calls } = await recovered(all, [known], [known]);
	expect(calls).toEqual(["node-1: x y", "node-2: z"]);
});

it("asks nobody when all is wanted", async () => {
	expect(await recovered([held(wanted)], [known], [known])).toMatchObject({ calls: [], lists: 0 });
});

it("touches nothing before the caches are complete", async () => {
	expect(await recovered([held("x", "uid-gone")], undefined, [])).toMatchObject({ calls: [], lists: 0 });
});

it("believes the API server and not the cache", async () => {
	expect(await recovered([held(wanted)], [], [known])).toMatchObject({ calls: [], lists: 1 });
});

it("takes out what an experiment has no record of any more, or whose target is gone", async () => {
	const gone: Experiment = {
		...known,
		status: {
			experiment: { desiredPhase: "Run", containerRecords: [{ ...record, reason: "TargetGone", message: "gone" }] },
		},
	};
	expect((await recovered([held("old"), held(wanted)], [known], [known])).calls).toEqual(["node-1: old"]);
	expect((await recovered([held(wanted)], [gone], [gone])).calls).toEqual([`node-1: ${wanted}`]);
});

it("does not claim what has failed", async () => {
	const { log } = await recovered([held("x", "uid-gone")], [], [], "failed");
	expect(log).toHaveLength(1);
	expect(log[0]).toContain("could not be recovered; tried again");
	expect(log[0]).toContain("busy");
});
