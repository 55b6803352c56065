import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import { previewedAnnotation } from "../../api/names.ts";
import type { Mode, Selector } from "../../api/selector.ts";
import type { Reason } from "../../api/status.ts";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import type { Pod } from "../../selection/pod.ts";
import { marksOf } from "../../selection/previewed.ts";
import { eventually } from "../support/kubernetes.ts";
import { conditionOf, type PodChanges, Stage } from "./stage.ts";

const stage = new Stage();
const { shop, system, suffix } = stage;
const other = `other-${suffix}`;

beforeAll(async () => {
	await stage.open(3);
	await stage.createNamespace(other);
	await stage.server.post(`/api/v1/namespaces/${shop}/serviceaccounts`, { metadata: { name: "robot" } });
	for (const [node, zone] of [
		[1, "a"],
		[2, "b"],
		[3, "c"],
	] as const) {
		await stage.server.patch(`/api/v1/nodes/${stage.node(node)}`, { metadata: { labels: { zone, disk: "ssd" } } });
	}
});
afterAll(() => stage.close());
afterEach(({ task }) => {
	if (task.result?.state === "fail") console.error(stage.log.slice(-40).join(""));
});

/** What a pod has of its own; without anything: no further label, on node 1, in the namespace of the experiments. */
interface Part extends PodChanges {
	namespace?: string;
	labels?: Record<string, string>;
	node?: number;
	ip?: string;
}

const run = (name: string, app: string, { namespace = shop, labels, node = 1, ip, ...changes }: Part = {}) =>
	stage.runPod(namespace, name, { app, ...labels }, node, ip, changes);

/** Names of the pods that nodes put the fault of an experiment into. */
async function hit(name: string, spec: Partial<NetworkChaosSpec>): Promise<string[]> {
	const { metadata } = await stage.create(name, spec);
	await stage.until(name, "AllInjected", "True");
	const held = [...stage.daemons.values()].flatMap((daemon) => [...daemon.held.values()]);
	return held
		.filter(({ experiment }) => experiment === metadata.uid)
		.map(({ target }) => target.pod)
		.toSorted();
}

/** Why an experiment has found no target. */
async function missed(name: string, namespace = shop, reason: Reason = "NoTarget"): Promise<string | undefined> {
	return conditionOf(await stage.until(name, "Selected", "False", reason, 20, namespace), "Selected")?.message;
}

const annotated = (annotations: Record<string, string>): Part => ({ metadata: { annotations } });
const expression = (
	key: string,
	operator: "In" | "NotIn" | "Exists" | "DoesNotExist",
	values?: string[],
): Selector => ({
	expressionSelectors: [{ key, operator, ...(values && { values }) }],
});

describe("a field leaves out a pod that fits but for it", () => {
	it.each<[string, Selector, Part, Part]>([
		["namespaces", { namespaces: [other] }, { namespace: other }, {}],
		["labels", { labelSelectors: { tier: "in" } }, { labels: { tier: "in" } }, { labels: { tier: "out" } }],
		["label-empty", { labelSelectors: { tier: "" } }, { labels: { tier: "" } }, {}],
		["in", expression("tier", "In", ["x", "", "y"]), { labels: { tier: "" } }, { labels: { tier: "z" } }],
		["notin", expression("tier", "NotIn", ["x", "y"]), {}, { labels: { tier: "y" } }],
		["exists", expression("tier", "Exists"), { labels: { tier: "x" } }, {}],
		["not-exists", expression("tier", "DoesNotExist"), {}, { labels: { tier: "x" } }],
		[
			"annotations",
			{ annotationSelectors: { team: "x", "example.com/more": "" } },
			annotated({ team: "x", "example.com/more": "", rest: "y" }),
			annotated({ team: "x" }),
		],
		["field-name", { fieldSelectors: { "metadata.name": "field-name-fits" } }, {}, {}],
		[
			"field-namespace",
			{ namespaces: [shop, other], fieldSelectors: { "metadata.namespace": other } },
			{ namespace: other },
			{},
		],
		["field-node", { fieldSelectors: { "spec.nodeName": stage.node(2) } }, { node: 2 }, {}],
		["field-restart", { fieldSelectors: { "spec.restartPolicy": "Never" } }, { spec: { restartPolicy: "Never" } }, {}],
		["field-scheduler", { fieldSelectors: { "spec.schedulerName": "own" } }, { spec: { schedulerName: "own" } }, {}],
		[
			"field-account",
			{ fieldSelectors: { "spec.serviceAccountName": "robot" } },
			{ spec: { serviceAccountName: "robot" } },
			{},
		],
		["field-ip", { fieldSelectors: { "status.podIP": "10.9.9.9" } }, { ip: "10.9.9.9" }, { ip: "10.9.9.99" }],
		[
			"fields",
			{ fieldSelectors: { "spec.nodeName": stage.node(2), "spec.restartPolicy": "Always" } },
			{ node: 2 },
			{ node: 2, spec: { restartPolicy: "Never" } },
		],
		["nodes", { nodes: [stage.node(2), stage.node(3)] }, { node: 3 }, { node: 1 }],
		["node-labels", { nodeSelectors: { zone: "b", disk: "ssd" } }, { node: 2 }, { node: 1 }],
		["node-either", { nodes: [stage.node(1)], nodeSelectors: { zone: "b" } }, { node: 2 }, { node: 3 }],
		["pods", { pods: { [shop]: ["pods-fits", "pods-missing"], [other]: ["pods-odd"] } }, {}, {}],
	])("%s", async (name, selector, fits, odd) => {
		await Promise.all([run(`${name}-fits`, name, fits), run(`${name}-odd`, name, odd)]);
		const labelSelectors = { app: name };
		const all = { namespaces: [shop, other], labelSelectors };
		const [without, whole] = await Promise.all([
			hit(`${name}-without`, { selector: all }),
			hit(name, { selector: { ...selector, labelSelectors: { ...labelSelectors, ...selector.labelSelectors } } }),
		]);
		expect(without).toEqual([`${name}-fits`, `${name}-odd`]);
		expect(whole).toEqual([`${name}-fits`]);
	});
});

describe("phases", () => {
	it.each<[string, string[], string]>([
		["another one is asked for", ["Pending", "Failed"], 'in phases "Pending", "Failed"'],
		["it is left out", ["Pending", "Running", "!Running"], 'in phases "Pending", "Running" not in phase "Running"'],
	])("leave out a pod when %s", async (_what, podPhaseSelectors, words) => {
		const name = `phase-${podPhaseSelectors.length}`;
		await run(name, name);
		expect(await hit(`${name}-without`, { selector: { labelSelectors: { app: name } } })).toEqual([name]);
		await stage.create(name, { selector: { labelSelectors: { app: name }, podPhaseSelectors } });
		expect(await missed(name)).toBe(
			`spec.selector matches no running pod: pods with label app="${name}" ${words} in namespace "${shop}"; start such pods or correct the selector`,
		);
	});

	it("that are asked for do not make a pod run that has to", async () => {
		await run("pending", "pending", { status: { phase: "Pending" } });
		await stage.create("pending", { selector: { labelSelectors: { app: "pending" }, podPhaseSelectors: ["!Failed"] } });
		expect(await missed("pending")).toContain("(pending is Pending)");
	});
});

describe("where no node is asked, a field leaves out a pod that fits but for it", () => {
	const pending: Part = { status: { phase: "Pending" } };
	const phases = { podPhaseSelectors: ["Pending", "Running"] };
	const unbound = { nodeName: undefined, schedulerName: "nobody" };
	const nominated = { phase: "Pending", nominatedNodeName: stage.node(1) };

	it.each<[string, Selector, Part, Part]>([
		["phase", { podPhaseSelectors: ["Pending"] }, pending, {}],
		["phase-out", { podPhaseSelectors: ["!Running"] }, pending, {}],
		["phase-default", {}, {}, pending],
		["field-phase", { ...phases, fieldSelectors: { "status.phase": "Pending" } }, pending, {}],
		[
			"field-nominated",
			{ ...phases, fieldSelectors: { "status.nominatedNodeName": stage.node(1) } },
			{ spec: unbound, status: nominated },
			{ ...pending, spec: unbound },
		],
		["pending-by-name", { pods: { [shop]: ["pending-by-name-fits"] } }, pending, pending],
	])("%s", async (app, selector, fits, odd) => {
		await Promise.all([run(`${app}-fits`, app, fits), run(`${app}-odd`, app, odd)]);
		const labelSelectors = { app };
		expect(await leftAfterKilling(app, { ...selector, labelSelectors })).toEqual([`${app}-odd`]);
		expect(await leftAfterKilling(`${app}-without`, { ...phases, labelSelectors })).toEqual([]);
	});

	/** Names of the pods with the label `app` that are left once the selected ones are killed. */
	async function leftAfterKilling(name: string, selector: Selector): Promise<string[]> {
		const path = await stage.createPodChaos(name, { action: "pod-kill", mode: "all", selector });
		await eventually(`${name} is done`, async () => {
			const experiment = await stage.server.get<Experiment>(path);
			return conditionOf(experiment, "AllInjected")?.status === "True";
		});
		const labelSelector = `app=${selector.labelSelectors?.["app"]}`;
		const { items } = await stage.server.get<{ items: Pod[] }>(`/api/v1/namespaces/${shop}/pods`, { labelSelector });
		return items.map(({ metadata }) => metadata.name);
	}
});

describe("a mode takes of three pods", () => {
	beforeAll(async () => {
		for (const name of ["three-a", "three-b", "three-c"]) await run(name, "three");
	});

	it.each<[Mode, string | undefined, number, number]>([
		["one", undefined, 1, 1],
		["all", undefined, 3, 3],
		["fixed", "2", 2, 2],
		["fixed", "+2", 2, 2],
		["fixed", "7", 3, 3],
		["fixed-percent", "33", 1, 1],
		["fixed-percent", "34", 2, 2],
		["fixed-percent", "67", 3, 3],
		["random-max-percent", "1", 1, 1],
		["random-max-percent", "34", 1, 2],
		["random-max-percent", "100", 1, 3],
	])("%s %s: %i to %i", async (mode, value, least, most) => {
		const name = `${mode}-${value?.replace("+", "plus") ?? "none"}`;
		const selector = { labelSelectors: { app: "three" } };
		const pods = await hit(name, { mode, ...(value !== undefined && { value }), selector });
		expect(new Set(pods).size).toBe(pods.length);
		expect(pods.length).toBeGreaterThanOrEqual(least);
		expect(pods.length).toBeLessThanOrEqual(most);
	});
});

describe("is never chosen", () => {
	it("what is on its way out", async () => {
		for (const name of ["leaving-a", "leaving-b"]) await run(name, "leaving");
		await stage.deletePod(shop, "leaving-a", 3600);
		expect(await hit("leaving", {})).toEqual(["leaving-b"]);
		await stage.deletePod(shop, "leaving-b", 3600);
		await stage.create("left", { selector: { labelSelectors: { app: "leaving" } } });
		expect(await missed("left")).toContain("(leaving-a is terminating, leaving-b is terminating)");
	});

	it("the chaos system, by name neither", async () => {
		await stage.create("system", { selector: { pods: { [system]: ["daemon-1", "daemon-9"] } } });
		expect(await missed("system")).toContain("(daemon-1 belongs to the chaos system)");
	});

	it("what is in kube-system, unless that is named", async () => {
		const name = `cluster-${suffix}`;
		await run(name, name, { namespace: "kube-system" });
		const labelSelectors = { app: name };
		expect(await hit("by-namespace", { selector: { namespaces: ["kube-system"], labelSelectors } })).toEqual([name]);
		expect(await hit("by-name", { selector: { pods: { "kube-system": [name] } } })).toEqual([name]);
		await stage.create(name, { selector: { labelSelectors } }, { namespace: "kube-system" });
		expect(await missed(name, "kube-system")).toContain(
			`(${name} is in kube-system, which the selector does not name)`,
		);
	});
});

describe("a selection that comes to nothing is tried again", () => {
	it("until a node exists", async () => {
		await run("on-node", "on-node");
		const nodes = [stage.node(1), stage.node(9)];
		await stage.create("on-node", { selector: { labelSelectors: { app: "on-node" }, nodes } });
		expect(await missed("on-node", shop, "UnknownNode")).toBe(
			`spec.selector: node "${stage.node(9)}" does not exist; create it or correct the name`,
		);
		await stage.createNode(9);
		await stage.until("on-node", "AllInjected", "True");
	});

	it("until a pod is annotated that runs already", async () => {
		await run("marked", "marked");
		await stage.create("marked", {
			selector: { labelSelectors: { app: "marked" }, annotationSelectors: { team: "x" } },
		});
		expect(await missed("marked")).toContain('pods with label app="marked" and annotation team="x" in namespace');
		await stage.server.patch(`/api/v1/namespaces/${shop}/pods/marked`, { metadata: { annotations: { team: "x" } } });
		await stage.until("marked", "AllInjected", "True");
	});

	it("until whoever was not previewed is gone", async () => {
		await run("promised", "promised");
		await run("newcomer", "promised");
		const annotations = { [previewedAnnotation]: marksOf([`${shop}/promised`]) };
		await stage.create("promised", {}, { annotations });
		expect(await missed("promised", shop, "NotPreviewed")).toContain(
			`it would hit "${shop}/newcomer", who was not among`,
		);
		await stage.remove(`/api/v1/namespaces/${shop}/pods/newcomer`);
		const { status } = await stage.until("promised", "AllInjected", "True");
		expect(status?.experiment.containerRecords?.map(({ id }) => id)).toEqual([`${shop}/promised`]);
	});
});
