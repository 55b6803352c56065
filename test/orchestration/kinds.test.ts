import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { check } from "../../api/check.ts";
import { crd } from "../../api/crd.ts";
import type { Field } from "../../api/field.ts";
import { isObject } from "../../api/json.ts";
import { describeProblems } from "../../api/problem.ts";
import { faults, pendingFaults } from "../../faults/registry.ts";
import { allKinds } from "../../orchestration/kinds.ts";
import { root } from "../../tools/lib/paths.ts";
import { ready } from "../support/ready.ts";

it.each(allKinds)("$kind bounds every number, list and text, and describes every field", ({ spec }) => {
	visit(spec, (field) => {
		expect(field.description).toMatch(/^[`A-Z].*[.`)]$/);
		if (field.type === "integer") expect([field.minimum, field.maximum]).not.toContain(undefined);
		if (field.type === "string") expect(field.enum ?? field.grammar ?? field.maxLength).toBeDefined();
		if (field.type === "object" && field.audit) expect(field.withoutCel).toBeDefined();
	});
});

it("leaves the shape of a field open only where docs/compatibility.md says so", () => {
	const open = new Set(allKinds.flatMap((kind) => openFields(crd(kind), "")));
	const [probes, others] = [[...open].filter(isProbes), [...open].filter((path) => !isProbes(path))];
	// In a Schedule, in a Workflow, and in each through the other.
	expect(probes).toHaveLength(5 * Object.keys({ ...faults, ...pendingFaults }).length);
	expect(others.toSorted()).toEqual([
		"templates.task.container",
		"templates.task.volumes",
		"workflow.templates.task.container",
		"workflow.templates.task.volumes",
	]);
	const told = readFileSync(join(root, "docs/compatibility.md"), "utf8");
	expect(told).toContain("container and volumes of a task");
	expect(told).toContain("probes in a Schedule or Workflow");
});

function isProbes(path: string): boolean {
	return path.endsWith("Chaos.probes");
}

it("embeds every kind of fault in schedules and templates, as upstream spells it", () => {
	const [schedule, template] = [specOf("Schedule"), templateOf("Workflow")];
	const keys = ["podChaos", "networkChaos", "stressChaos", "ioChaos", "timeChaos", "dnsChaos", "httpChaos"];
	expect(keys).toHaveLength(Object.keys({ ...faults, ...pendingFaults }).length);
	for (const key of keys) {
		expect(schedule.fields).toHaveProperty(key);
		expect(template.fields).toHaveProperty(key);
	}
});

const pod = { action: "pod-kill", mode: "one", selector: {} };
const stress = { mode: "one", selector: {}, stressors: { cpu: { workers: 1 } } };
const hourly = { schedule: "@hourly", type: "PodChaos", podChaos: pod };
const http = { url: "http://front/health", criteria: { statusCode: "200-299" } };

it.each([
	["Schedule", hourly],
	["Schedule", { schedule: "*/5 * * * *", type: "StressChaos", stressChaos: stress, historyLimit: 3 }],
	["Schedule", { schedule: "@daily", type: "Workflow", workflow: { entry: "a", templates: [step("a", "Serial")] } }],
	["StatusCheck", { http }],
	["StatusCheck", { mode: "Continuous", type: "HTTP", duration: "1m", http: { ...http, method: "POST" } }],
])("accepts a %s %j", (kind, spec) => {
	expect(problems(kind, spec)).toBe("");
});

it.each([
	["Schedule", { ...hourly, schedule: "every hour" }, 'schedule: "every hour" is not a cron expression'],
	["Schedule", { schedule: "@hourly", type: "PodChaos" }, 'podChaos: missing; type "PodChaos" needs it'],
	["Schedule", { ...hourly, stressChaos: stress }, 'does not go with type "PodChaos"; leave stressChaos out'],
	["Schedule", { ...hourly, podChaos: { ...pod, mode: "some" } }, 'podChaos.mode: "some" is not a known mode'],
	["Schedule", { schedule: "@daily", type: "Workflow" }, 'workflow: missing; type "Workflow" needs it'],
	["StatusCheck", {}, "http: missing"],
	["StatusCheck", { http: { ...http, url: "/health" } }, 'http.url: "/health" is not an address of HTTP'],
	["StatusCheck", { http: { ...http, criteria: { statusCode: "200-" } } }, 'statusCode: "200-" is not a status code'],
])("refuses a %s %j", (kind, spec, message) => {
	expect(problems(kind, spec)).toContain(message);
});

const task = { task: { container: { name: "main", image: "busybox" } } };

it.each([
	[
		"a chain",
		[step("a", "Serial", { children: ["b", "c"] }), step("b", "Suspend", { deadline: "5s" }), step("c", "Task", task)],
	],
	[
		"a child of two",
		[
			step("a", "Serial", { children: ["b", "c"] }),
			step("b", "Parallel", { children: ["c"] }),
			step("c", "Task", task),
		],
	],
	[
		"a task that leads back",
		[
			step("a", "Serial", { children: ["b"] }),
			step("b", "Task", { ...task, conditionalBranches: [{ target: "a", expression: "exitCode != 0" }] }),
		],
	],
	["an experiment", [step("a", "PodChaos", { podChaos: pod, deadline: "1m" })]],
])("accepts a workflow of %s", (_, templates) => {
	expect(problems("Workflow", { entry: "a", templates })).toBe("");
});

it.each([
	["no steps", [], "templates: has 0 entries; use at least 1"],
	["an entry that is not there", [step("z", "Serial")], 'entry: "a" is not the name of a template of this workflow'],
	[
		"a child that is not there",
		[step("a", "Serial", { children: ["x"] })],
		'templates[0].children[0]: "x" is not the name',
	],
	[
		"a branch that is not there",
		[step("a", "Task", { ...task, conditionalBranches: [{ target: "x" }] })],
		'templates[0].conditionalBranches[0].target: "x" is not the name',
	],
	[
		"two of a name",
		[step("a", "Serial"), step("a", "Serial")],
		'templates[1].name: "a" is the name of templates[0] too',
	],
	[
		"a step that runs itself",
		[step("a", "Serial", { children: ["a"] })],
		'templates[0].children[0]: "a" runs "a" again',
	],
	[
		"steps that run each other",
		[step("a", "Serial", { children: ["b"] }), step("b", "Parallel", { children: ["a"] })],
		'templates[1].children[0]: "a" runs "b" again',
	],
	["a bad name", [step("a", "Serial"), step("E_x", "Serial")], 'templates[1].name: "E_x" is not the name of an object'],
	["a pause without an end", [step("a", "Suspend")], 'deadline: missing; templateType "Suspend" needs it'],
	["a task without a pod", [step("a", "Task")], 'task: missing; templateType "Task" needs it'],
	[
		"an experiment with a duration",
		[step("a", "PodChaos", { podChaos: { ...pod, duration: "1m" } })],
		'podChaos.duration: "1m" can\'t stand in a workflow; use the deadline of the template',
	],
	[
		"a schedule with a bad time",
		[step("a", "Schedule", { schedule: { ...hourly, schedule: "bad" } })],
		'"bad" is not a cron',
	],
])("refuses a workflow with %s", (_, templates, message) => {
	expect(problems("Workflow", { entry: "a", templates })).toContain(message);
});

it("lets pass a workflow whose names are not known yet", () => {
	const unknown = "unknown";
	const spec = {
		entry: unknown,
		templates: [step("a", "Serial", { children: [unknown, "b"] }), step(unknown, "Serial")],
	};
	expect(check(ready(kindOf("Workflow")), spec, (value) => value === unknown)).toEqual([]);
});

function step(name: string, templateType: string, more: object = {}): Record<string, unknown> {
	return { name, templateType, ...more };
}

function problems(kind: string, spec: object): string {
	return describeProblems(check(ready(kindOf(kind)), spec));
}

function kindOf(name: string) {
	const kind = allKinds.find((one) => one.kind === name);
	if (!kind) throw new Error(`no kind ${name}`);
	return kind;
}

function specOf(name: string) {
	return kindOf(name).spec;
}

function templateOf(name: string) {
	const { templates } = specOf(name).fields;
	if (templates?.type !== "array" || templates.items.type !== "object") throw new Error("no templates");
	return templates.items;
}

/** Where a CRD lets pass what it does not describe: names of the properties on the way, from the spec on. */
function openFields(schema: unknown, path: string): string[] {
	if (Array.isArray(schema)) return schema.flatMap((one) => openFields(one, path));
	if (!isObject(schema)) return [];
	if (schema["x-kubernetes-preserve-unknown-fields"] === true) return [path];
	const { properties, ...rest } = schema;
	const named = Object.entries(isObject(properties) ? properties : {});
	return [
		...named.flatMap(([name, child]) =>
			openFields(child, name === "spec" ? "" : path === "" ? name : `${path}.${name}`),
		),
		...openFields(Object.values(rest), path),
	];
}

function visit(field: Field, see: (field: Field) => void): void {
	see(field);
	if (field.type === "array") visit(field.items, see);
	if (field.type === "map") visit(field.values, see);
	if (field.type === "object") for (const child of Object.values(field.fields)) visit(child, see);
}
