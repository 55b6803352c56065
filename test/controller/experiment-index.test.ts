import { describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import { ExperimentIndex } from "../../controller/experiment-index.ts";
import { newRecord } from "../../controller/records.ts";
import { pod } from "./pods.ts";
import { experiment } from "./world.ts";

/** An experiment with these containers of pods as targets; without a container the pod itself is one. */
function hitting(...targets: [name: string, container?: string][]): Experiment {
	const containerRecords = targets.map(([name, container]) => newRecord(".", pod(name), container));
	return { ...experiment(), status: { experiment: { desiredPhase: "Run", containerRecords } } };
}

const found = (index: ExperimentIndex, name: string): string[] =>
	index.ofPod("shop", name).map(({ metadata }) => metadata.uid);

describe("the experiments of a pod", () => {
	it.each<[string, Experiment]>([
		["the pod itself", hitting(["a"])],
		["one of its containers", hitting(["a", "main"])],
		["several of its containers", hitting(["a", "main"], ["a", "sidecar"])],
	])("are those that have hit %s", (_what, one) => {
		const index = new ExperimentIndex();
		index.changed(one, undefined);
		expect(found(index, "a")).toEqual(["uid-cut"]);
		expect(found(index, "b")).toEqual([]);
	});

	it("are no longer those whose targets are others now", () => {
		const index = new ExperimentIndex();
		const before = hitting(["a", "main"], ["a", "sidecar"], ["b", "main"]);
		index.changed(before, undefined);
		const after = hitting(["b", "main"]);
		index.changed(after, before);
		expect([found(index, "a"), found(index, "b")]).toEqual([[], ["uid-cut"]]);
		index.changed(undefined, after);
		expect(found(index, "b")).toEqual([]);
	});
});
