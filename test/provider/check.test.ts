import { describe, expect, it } from "vitest";
import { unknownValue } from "../../provider/lifecycle/engine-protocol.ts";
import type { ExperimentInputs } from "../../provider/lifecycle/state.ts";
import { inputs, World } from "./world.ts";

const { spec } = inputs();

/** What the user reads about inputs that differ from right ones as given. */
async function reasons(more: { [Name in keyof ExperimentInputs]?: unknown }): Promise<string[]> {
	const { failures } = await new World().handlers.experiment.check(undefined, { ...inputs(), ...more });
	for (const { property, reason } of failures) expect(reason.startsWith(`${property}: `)).toBe(true);
	return failures.map(({ reason }) => reason);
}

describe("check of an experiment", () => {
	it("takes a right one, fills in its own defaults, and says whom it will hit", async () => {
		const { namespace: _, timeout: __, phase: ___, ...given } = inputs();
		const { inputs: checked, failures } = await new World().handlers.experiment.check(undefined, given);
		expect(failures).toEqual([]);
		expect(checked).toEqual({ ...inputs(), timeout: "5m", previewed: ["default/front-1"] });
	});

	it("keeps the object's name when the resource was renamed by an alias", async () => {
		const { inputs: checked } = await new World().handlers.experiment.check({ name: "old-1a2b3c4d" }, inputs());
		expect(checked.name).toBe("old-1a2b3c4d");
	});

	it("lets unknown values pass", async () => {
		const unknown = { ...spec, duration: unknownValue, target: { mode: unknownValue, selector: unknownValue } };
		expect(
			await reasons({ spec: unknown, namespace: unknownValue, timeout: unknownValue, paused: unknownValue }),
		).toEqual([]);
		expect(await reasons({ triggers: unknownValue })).toEqual([]);
		expect(await reasons({ triggers: [unknownValue, 7], paused: true, spec: unknownValue, kind: "PodChaos" })).toEqual(
			[],
		);
		expect(await reasons({ spec: unknownValue, cluster: { context: unknownValue } })).toEqual([]);
	});

	it.each([
		[
			"an unknown action",
			{ spec: { ...spec, action: "explode" } },
			'action: "explode" is not a known action; use "partition", "delay", "loss", "duplicate", "corrupt", "rate", "netem" or "bandwidth"',
		],
		[
			"a missing action",
			{ spec: { mode: "all", selector: {} } },
			'action: missing; use "partition", "delay", "loss", "duplicate", "corrupt", "rate", "netem" or "bandwidth"',
		],
		[
			"a bad duration",
			{ spec: { ...spec, duration: "5 minutes" } },
			'duration: "5 minutes" is not a duration above zero; write numbers with units of ns, us, ms, s, m or h, such as "90s" or "1h30m"',
		],
		[
			"a bad namespace in the selector",
			{ spec: { ...spec, selector: { namespaces: ["Shop"] } } },
			`selector.namespaces[0]: "Shop" is not the name of a namespace; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends`,
		],
		[
			"an unknown argument",
			{ spec: { ...spec, actoin: "x" } },
			"actoin: is not a known field; the fields here are selector, mode, value, duration, probes, action, direction, target, externalTargets, device, targetDevice, delay, loss, duplicate, corrupt, rate, bandwidth",
		],
		[
			"a bad timeout",
			{ timeout: "soon" },
			'timeout: "soon" is not a duration above zero; write numbers with units of ns, us, ms, s, m or h, such as "90s" or "1h30m"',
		],
		[
			"a bad namespace",
			{ namespace: "My Space" },
			`namespace: "My Space" is not the name of a namespace; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends`,
		],
		["a bad pause", { paused: "yes" }, 'paused: "yes" is not true or false'],
		[
			"a pause of what is done once",
			{ kind: "PodChaos", spec: { action: "pod-kill", mode: "all", selector: {} }, paused: true },
			"paused: true does not go with what is done once and can't be undone; leave paused out",
		],
		["a limit of another type", { limit: 5 }, "limit: 5 is not an object; write for example { targets: 5 }"],
		["a limit of nobody", { limit: { targets: 0 } }, "limit.targets: 0 is not a whole number from 1"],
		[
			"a share that there is not",
			{ limit: { percent: 150 } },
			"limit.percent: 150 is not a whole number from 1 to 100",
		],
		[
			"a limit of something else",
			{ limit: { pods: 3 } },
			"limit.pods: is not a known field; the fields here are targets, percent",
		],
		["triggers that are no list", { triggers: "1.2.0" }, 'triggers: "1.2.0" is not a list'],
		[
			"an unknown cluster",
			{ cluster: { context: "prod" } },
			'cluster.context: "prod" is not in /home/me/.kube/config; use "dev"',
		],
		[
			"a credential instead of a reference",
			{ cluster: { token: "x" } },
			"cluster.token: is not a known field; the fields here are kubeconfig, kubeconfigEnv, context",
		],
		["a reference of another type", { cluster: { context: 7 } }, "cluster.context: 7 is not a text"],
		[
			"a text as a cluster",
			{ cluster: "dev" },
			'cluster: "dev" is not an object; write for example { context: "staging" }',
		],
	])("refuses %s", async (_, more, message) => {
		expect(await reasons(more)).toEqual([message]);
	});

	it("refuses a kind of a newer version", async () => {
		const check = new World().handlers.experiment.check(undefined, { ...inputs(), kind: "MoonChaos" });
		await expect(check).rejects.toThrow(
			'this version of pulumi-chaos does not know the kind "MoonChaos"; install the version that made the resource, or a newer one',
		);
	});
});

describe("check of a Scope", () => {
	it("fills in the timeout and refuses a reference that leads nowhere", async () => {
		const { scope } = new World().handlers;
		const right = { kind: "Scope", scope: "0123456789abcdef", cluster: { context: "dev" } };
		expect(await scope.check(undefined, right)).toEqual({ inputs: { ...right, timeout: "5m" }, failures: [] });
		expect((await scope.check(undefined, { ...right, cluster: { context: "prod" } })).failures).toEqual([
			{
				property: "cluster.context",
				reason: 'cluster.context: "prod" is not in /home/me/.kube/config; use "dev"',
			},
		]);
	});
});
