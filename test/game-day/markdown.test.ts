import { expect, it } from "vitest";
import { markdown } from "../../game-day/markdown.ts";
import { experimentResultOf, gameDayResult } from "./results.ts";

it("is a heading, a table of the experiments, and what the steps took", () => {
	const recovered = experimentResultOf({
		name: "kill",
		kind: "PodChaos",
		verdict: "recovered",
		targets: ["a/b"],
		probes: [],
	});
	expect(markdown(gameDayResult({ experiments: [experimentResultOf(), recovered] }))).toBe(
		`### Game day attacks/dev: passed

| experiment | hit | verdict | probes |
| --- | --- | --- | --- |
| NetworkChaos cut | 2 targets | passed | front-answers: before passed; during passed; after passed |
| PodChaos kill | 1 target | recovered |  |

preview done (4.2s), approval done (0s), injection done (6s), hold done (60s), recovery done (3s)
`,
	);
});

it("says the reason, and leaves out what there is not", () => {
	const text = markdown(
		gameDayResult({ verdict: "error", message: "no `stack`\nhere | there", experiments: [], steps: [] }),
	);
	expect(text).toBe("### Game day attacks/dev: error\n\nno \\`stack\\` here \\| there\n");
});

it("says by what it was cut short, though nothing in it went wrong", () => {
	const text = markdown(gameDayResult({ verdict: "inconclusive", message: "ended by SIGTERM" }));
	expect(text).toMatch(/^### Game day attacks\/dev: inconclusive\n\nended by SIGTERM\n/);
});
