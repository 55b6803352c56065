import { expect, it } from "vitest";
import { networkChaos } from "../../faults/network/spec.ts";
import { stressChaos } from "../../faults/stress/spec.ts";
import { unknownFaults } from "../../guard-rails/known-faults.ts";
import { schedule } from "../../orchestration/schedule.ts";

const said = (...kinds: string[]) => unknownFaults([networkChaos, stressChaos, schedule], { kinds }, "x");

it("takes kinds and variants that there are, and guard rails that name none", () => {
	expect(said("NetworkChaos", "StressChaos", "NetworkChaos/loss")).toEqual([]);
	expect(unknownFaults([networkChaos], {}, "")).toEqual([]);
});

it("refuses what is misspelt, and what is no fault", () => {
	const kinds = '"NetworkChaos" or "StressChaos"';
	expect(said("NetworkChaos", "NetworkChoas/loss", "Schedule", "NetworkChaos/lost", "StressChaos/cpu")).toEqual([
		{ path: "x.kinds[1]", message: `"NetworkChoas" is no kind of fault; use ${kinds}` },
		{ path: "x.kinds[2]", message: `"Schedule" is no kind of fault; use ${kinds}` },
		{
			path: "x.kinds[3]",
			message: expect.stringMatching(
				/^"lost" is no variant of NetworkChaos; use "partition", .*"bandwidth" behind "\/"$/,
			),
		},
		{ path: "x.kinds[4]", message: '"cpu" is no variant of StressChaos; it has none: use "StressChaos"' },
	]);
});
