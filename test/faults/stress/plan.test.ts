import { expect, it } from "vitest";
import type { ChosenPod } from "../../../api/plan.ts";
import { planStress } from "../../../faults/stress/plan.ts";
import { programsOf } from "../../../faults/stress/programs.ts";
import type { StressChaosSpec } from "../../../faults/stress/spec.ts";

const pod: ChosenPod = {
	namespace: "shop",
	name: "a",
	uid: "u",
	node: "n",
	ips: [],
	hostNetwork: true,
	containers: [{ name: "main", id: "containerd://1" }],
	container: "main",
};

function instructionOf(spec: Partial<StressChaosSpec>): unknown {
	const [planned] = planStress({ mode: "all", selector: {}, ...spec }, { ".": [pod] }, {});
	return planned && "instruction" in planned ? planned.instruction : planned;
}

it("every container gets the same, with what nobody says filled in", () => {
	expect(instructionOf({ stressors: { cpu: { workers: 2 }, memory: { workers: 1, size: "" } } })).toEqual({
		cpu: { workers: 2, load: 100, options: [] },
		memory: { workers: 1, oomScoreAdj: 1000, growth: 0 },
	});
	expect(
		instructionOf({
			stressors: { memory: { workers: 3, size: "50%", oomScoreAdj: 0, options: ["--time", "1500ms"] } },
		}),
	).toEqual({ memory: { workers: 3, size: "50%", oomScoreAdj: 0, growth: 2 } });
	expect(instructionOf({ stressngStressors: " --matrix  1\n--yield 2 " })).toEqual({
		stressng: ["--matrix", "1", "--yield", "2"],
	});
	expect(planStress({ mode: "all", selector: {} }, {}, {})).toEqual([]);
});

it("becomes programs whose own words come last, and whose processes are counted", () => {
	const [cpu, memory, other] = programsOf(
		{
			cpu: { workers: 2, load: 40, options: ["--cpu-method", "fft"] },
			memory: { workers: 3, oomScoreAdj: 5, growth: 7 },
			stressng: ["--matrix", "2", "--yield=0"],
		},
		{ bytes: 1000, seconds: 65 },
	);
	expect(cpu).toMatchObject({ part: "cpu", file: "stress-ng", oomScoreAdj: 1000, processes: 3 });
	expect(cpu?.args.join(" ")).toBe(
		"--cpu-load-slice 10 --cpu-method sqrt --cpu-method fft --cpu 2 --cpu-load 40 --keep-name --oomable --quiet --temp-path /dev/shm --timeout 65",
	);
	expect(memory).toMatchObject({ part: "memory", file: "perl", oomScoreAdj: 5, processes: 4 });
	expect(memory?.args.slice(-4)).toEqual(["1000", "3", "7", "65"]);
	expect(other).toMatchObject({ part: "stressng", processes: 4 });
	expect(other?.args.slice(-2)).toEqual(["--timeout", "65"]);
});
