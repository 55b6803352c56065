import { expect, it } from "vitest";
import type { Kind } from "../../../api/kind.ts";
import { rightsFor } from "../../../controller/admission/reach.ts";
import { networkChaos } from "../../../faults/network/spec.ts";
import { allKinds } from "../../../orchestration/kinds.ts";
import { schedule } from "../../../orchestration/schedule.ts";
import { workflow } from "../../../orchestration/workflow.ts";
import { clock, kinds, partition, plan } from "./kinds.ts";

/** `networkchaos in shop by spec.selector` for each right. */
function rights(kind: Kind, spec: Record<string, unknown>, among = kinds): string[] {
	return rightsFor(kind, spec, "own", among).map(
		({ resource, namespace, path }) => `${resource} in ${namespace} by ${path}`,
	);
}

const on = (...namespaces: string[]) => ({ selector: { namespaces } });
const target = (selector: object) => ({ target: { mode: "all", selector } });

it.each<[string, object, string[]]>([
	["its own by default", {}, ["networkchaos in own by spec.selector"]],
	["its own for an empty list", on(), ["networkchaos in own by spec.selector"]],
	["those that it names", on("a", "b"), ["networkchaos in a by spec.selector", "networkchaos in b by spec.selector"]],
	[
		"those of pods by name",
		{ selector: { pods: { a: ["x"], b: ["y"] } } },
		["own", "a", "b"].map((namespace) => `networkchaos in ${namespace} by spec.selector`),
	],
	[
		"those of the target",
		{ ...on("a"), ...target({ namespaces: ["b"], pods: { c: ["x"] } }) },
		[
			"networkchaos in a by spec.selector",
			"networkchaos in b by spec.target.selector",
			"networkchaos in c by spec.target.selector",
		],
	],
	["each once", { ...on("a", "a"), ...target({ namespaces: ["a"] }) }, ["networkchaos in a by spec.selector"]],
])("an experiment hits %s", (_, more, expected) => {
	expect(rights(networkChaos, partition(more))).toEqual(expected);
});

it("an experiment in another object needs the right on both kinds, and its own kind's where it is made", () => {
	expect(rights(clock, { clock: "@daily", networkChaos: partition(on("a")) })).toEqual([
		"networkchaos in own by spec.networkChaos",
		"clocks in a by spec.networkChaos.selector",
		"networkchaos in a by spec.networkChaos.selector",
	]);
});

it("finds experiments at any depth, in lists and maps", () => {
	const spec = {
		steps: [
			{ networkChaos: partition(target({ pods: { b: ["x"] } })) },
			{ clock: { podChaos: { action: "pod-kill", mode: "one", ...on("c") } } },
		],
		byName: { first: { mode: "one", ...on("d") } },
		template: { selector: { namespaces: ["e"] }, mode: "one" },
	};
	expect(rights(plan, spec)).toEqual([
		"networkchaos in own by spec.steps[0].networkChaos",
		"plans in own by spec.steps[0].networkChaos.selector",
		"plans in b by spec.steps[0].networkChaos.target.selector",
		"networkchaos in b by spec.steps[0].networkChaos.target.selector",
		"clocks in own by spec.steps[1].clock",
		"podchaos in own by spec.steps[1].clock.podChaos",
		"plans in c by spec.steps[1].clock.podChaos.selector",
		"clocks in c by spec.steps[1].clock.podChaos.selector",
		"podchaos in c by spec.steps[1].clock.podChaos.selector",
		'plans in d by spec.byName["first"].selector',
	]);
});

it("finds what a Schedule makes, and what the Workflow in one does", () => {
	const templates = [
		{ name: "first", networkChaos: partition(on("a")) },
		{ name: "second", schedule: { podChaos: { action: "pod-kill", mode: "one", ...on("b") } } },
	];
	const inWorkflow = (prefix: string, outer: string[]): string[] => [
		`networkchaos in own by ${prefix}templates[0].networkChaos`,
		...[...outer, "networkchaos"].map((one) => `${one} in a by ${prefix}templates[0].networkChaos.selector`),
		`schedules in own by ${prefix}templates[1].schedule`,
		`podchaos in own by ${prefix}templates[1].schedule.podChaos`,
		...new Set(
			[...outer, "schedules", "podchaos"].map(
				(one) => `${one} in b by ${prefix}templates[1].schedule.podChaos.selector`,
			),
		),
	];
	expect(rights(workflow, { templates }, allKinds)).toEqual(inWorkflow("spec.", ["workflows"]));
	expect(rights(schedule, { type: "Workflow", workflow: { templates } }, allKinds)).toEqual([
		"workflows in own by spec.workflow",
		...inWorkflow("spec.workflow.", ["schedules", "workflows"]),
	]);
});
