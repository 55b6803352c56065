import { expect, it } from "vitest";
import type { Selector } from "../../api/selector.ts";
import { describeSelector } from "../../selection/describe-selector.ts";

it.each<[Selector, string]>([
	[{}, 'pods in namespace "shop"'],
	[{ labelSelectors: { app: "web" } }, 'pods with label app="web" in namespace "shop"'],
	[
		{ labelSelectors: { app: "web", tier: "x" }, namespaces: ["a", "b"] },
		'pods with labels app="web" and tier="x" in namespaces "a", "b"',
	],
	[
		{
			expressionSelectors: [
				{ key: "a", operator: "In", values: ["1", "2"] },
				{ key: "b", operator: "NotIn", values: ["3"] },
				{ key: "c", operator: "Exists" },
				{ key: "d", operator: "DoesNotExist" },
			],
		},
		'pods with label a in ("1", "2") and label b not in ("3") and a label c and no label d in namespace "shop"',
	],
	[
		{ annotationSelectors: { team: "x" }, fieldSelectors: { "spec.nodeName": "n", "status.podIP": "10.0.0.1" } },
		'pods with annotation team="x" and fields spec.nodeName="n" and status.podIP="10.0.0.1" in namespace "shop"',
	],
	[{ podPhaseSelectors: ["Pending"] }, 'pods in phase "Pending" in namespace "shop"'],
	[
		{ podPhaseSelectors: ["Pending", "!Failed", "Running", "!Unknown"] },
		'pods in phases "Pending", "Running" not in phases "Failed", "Unknown" in namespace "shop"',
	],
	[{ nodes: ["n1"] }, 'pods on node "n1" in namespace "shop"'],
	[
		{ nodes: ["n1", "n2"], nodeSelectors: { zone: "a" } },
		'pods on nodes "n1", "n2" or a node with label zone="a" in namespace "shop"',
	],
	[
		{ nodeSelectors: { zone: "a", disk: "ssd" }, labelSelectors: { app: "web" } },
		'pods with label app="web" on a node with labels zone="a" and disk="ssd" in namespace "shop"',
	],
	[{ pods: { a: ["1", "2"] }, labelSelectors: { app: "web" } }, 'pods "1", "2" in namespace "a"'],
	[{ pods: { a: ["1"], b: ["2"] } }, 'pods "1" in namespace "a" and pods "2" in namespace "b"'],
	[{ pods: { a: ["1", "2", "3", "4", "5", "6", "7"] } }, 'pods "1", "2", "3", "4", "5" and 2 more in namespace "a"'],
])("says %j in words", (selector, words) => expect(describeSelector(selector, "shop")).toBe(words));
