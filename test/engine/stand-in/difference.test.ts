import { describe, expect, test } from "vitest";
import { pathText } from "../../support/kubernetes-provider/changes.ts";
import { difference } from "../../support/kubernetes-provider/difference.ts";
import type { JsonObject } from "../../support/kubernetes-provider/json.ts";

const mutable = { secrets: false, configMaps: false };
const metadata = { name: "a", namespace: "n" };

/** An object as a program says it. */
function said(apiVersion: string, kind: string, rest: JsonObject, own: JsonObject = {}): JsonObject {
	return { apiVersion, kind, metadata: { ...metadata, ...own }, ...rest };
}

/** What comes of new inputs, for an object that is as it was applied, with what the server added. */
function compared(old: JsonObject, news: JsonObject, added: JsonObject = {}, settings = mutable) {
	const live = { ...old, ...added };
	const { changes, replaces, deleteBeforeReplace } = difference({ live, inputs: old, manager: "m" }, news, settings);
	return { changes: changes.map(({ path, kind }) => `${kind} ${pathText(path)}`), replaces, deleteBeforeReplace };
}

const quiet = { changes: [], replaces: [], deleteBeforeReplace: false };
const container = { name: "c", image: "i:1" };
const template = { metadata: { labels: { app: "a" } }, spec: { containers: [container] } };
const deployment = said("apps/v1", "Deployment", {
	spec: { replicas: 2, selector: { matchLabels: { app: "a" } }, template },
});

describe("nothing has changed", () => {
	test("what the server and its controllers add does not count", () => {
		const grown = {
			metadata: { ...metadata, uid: "u", generation: 3, annotations: { "deployment.kubernetes.io/revision": "1" } },
			spec: {
				...(deployment["spec"] as JsonObject),
				progressDeadlineSeconds: 600,
				template: {
					...template,
					spec: { containers: [{ ...container, terminationMessagePath: "/dev/x" }], dnsPolicy: "ClusterFirst" },
				},
			},
			status: { replicas: 2 },
		};
		expect(compared(deployment, deployment, grown)).toEqual(quiet);
	});

	test("a namespace that is not named is default", () => {
		const { namespace: _, ...unplaced } = metadata;
		const old = { ...said("v1", "ServiceAccount", {}), metadata: unplaced };
		expect(compared(old, old, { metadata: { ...metadata, namespace: "default" } })).toEqual(quiet);
	});

	test("a namespace on a kind without namespaces does not count", () => {
		const old = said("scheduling.k8s.io/v1", "PriorityClass", { value: 1 });
		expect(compared(old, old, { metadata: { name: "a" } })).toEqual(quiet);
	});

	test("the server's spelling of a quantity", () => {
		const limits = (cpu: string) =>
			said("v1", "Pod", { spec: { containers: [{ name: "c", resources: { limits: { cpu } } }] } });
		expect(compared(limits("0.5"), limits("0.5"), limits("500m"))).toEqual(quiet);
		expect(compared(limits("0.5"), limits("0.5"), limits("501m")).changes).toHaveLength(1);
	});

	test("but data that looks like a quantity is text", () => {
		const data = (limits: string) => said("v1", "ConfigMap", { data: { limits } });
		expect(compared(data("0.5"), data("500m")).changes).toEqual(["update data.limits"]);
	});

	test("stringData that became data", () => {
		const old = said("v1", "Secret", { stringData: { k: "v" } });
		const { stringData: _, ...live } = { ...old, data: { k: "dg==" } } as JsonObject;
		const outcome = difference({ live, inputs: old, manager: "m" }, old, mutable);
		expect(outcome.changes).toEqual([]);
	});

	test("an empty list or object that the server dropped", () => {
		const old = said("v1", "ConfigMap", { data: {} });
		const { data: _, ...live } = old;
		expect(difference({ live, inputs: old, manager: "m" }, old, mutable).changes).toEqual([]);
	});
});

describe("changed in place", () => {
	test("a value, one more, one less", () => {
		const rules = (...verbs: string[]) =>
			said("rbac.authorization.k8s.io/v1", "Role", { rules: [{ resources: ["pods"], verbs }] });
		expect(compared(rules("get"), rules("list"))).toEqual({ ...quiet, changes: ["update rules[0].verbs[0]"] });
		expect(compared(rules("get"), rules("get", "list"))).toEqual({ ...quiet, changes: ["add rules[0].verbs[1]"] });
		expect(compared(rules("get", "list"), rules("get"))).toEqual({ ...quiet, changes: ["delete rules[0].verbs[1]"] });
	});

	test("drift: what was declared and is not so any more", () => {
		const drifted = { spec: { ...(deployment["spec"] as JsonObject), replicas: 5 } };
		expect(compared(deployment, deployment, drifted)).toEqual({ ...quiet, changes: ["update spec.replicas"] });
		const lost = said("v1", "ConfigMap", { data: { x: "1" } });
		expect(compared(lost, lost, { data: {} })).toMatchObject({ changes: ["add data.x"] });
	});

	test("a key with dots is quoted", () => {
		const labelled = (value: string) => said("v1", "ServiceAccount", {}, { labels: { "example.com/a": value } });
		expect(compared(labelled("1"), labelled("2")).changes).toEqual(['update metadata.labels["example.com/a"]']);
	});

	test("a value that is not known yet", () => {
		const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
		const rules = (verb: string) => said("rbac.authorization.k8s.io/v1", "Role", { rules: [{ verbs: [verb] }] });
		expect(compared(rules("get"), rules(unknown)).changes).toEqual(["update rules[0].verbs[0]"]);
	});
});

const spec = (value: JsonObject) => ({ spec: value });
const pod = (value: JsonObject) => spec({ containers: [{ name: "c", ...value }] });

describe("replaced", () => {
	test.each<[string, string, JsonObject, JsonObject, string]>([
		[
			"apps/v1",
			"Deployment",
			spec({ selector: { matchLabels: { a: "1" } } }),
			spec({ selector: { matchLabels: { a: "2" } } }),
			"spec.selector.matchLabels.a",
		],
		[
			"apps/v1",
			"DaemonSet",
			spec({ selector: { matchLabels: { a: "1" } } }),
			spec({ selector: { matchLabels: { b: "1" } } }),
			"spec.selector.matchLabels.a",
		],
		["apps/v1", "StatefulSet", spec({ serviceName: "a" }), spec({ serviceName: "b" }), "spec.serviceName"],
		[
			"batch/v1",
			"Job",
			spec({ template: { spec: { restartPolicy: "Never" } } }),
			spec({ template: { spec: { restartPolicy: "OnFailure" } } }),
			"spec.template.spec.restartPolicy",
		],
		[
			"rbac.authorization.k8s.io/v1",
			"RoleBinding",
			{ roleRef: { name: "a" } },
			{ roleRef: { name: "b" } },
			"roleRef.name",
		],
		[
			"rbac.authorization.k8s.io/v1",
			"ClusterRoleBinding",
			{ roleRef: { name: "a" } },
			{ roleRef: { name: "b" } },
			"roleRef.name",
		],
		[
			"v1",
			"PersistentVolumeClaim",
			spec({ storageClassName: "a" }),
			spec({ storageClassName: "b" }),
			"spec.storageClassName",
		],
		["v1", "Pod", pod({ image: "a" }), pod({ image: "b" }), "spec.containers[0].image"],
		["v1", "Pod", spec({ hostPID: true }), spec({ hostPID: false }), "spec.hostPID"],
		["v1", "Secret", { type: "a" }, { type: "b" }, "type"],
		["v1", "Secret", { stringData: { k: "1" } }, { stringData: { k: "2" } }, "data.k"],
		["v1", "ConfigMap", { data: { k: "1" } }, { data: { k: "2" } }, "data.k"],
		["v1", "Service", spec({ clusterIP: "1.1.1.1" }), spec({ clusterIP: "None" }), "spec.clusterIP"],
	])("%s %s: %j to %j", (apiVersion, kind, before, after, path) => {
		const outcome = compared(said(apiVersion, kind, before), said(apiVersion, kind, after));
		expect(outcome.replaces).toContain(path);
		expect(outcome.deleteBeforeReplace).toBe(true);
	});

	test.each<[string, string, JsonObject, JsonObject]>([
		[
			"apps/v1",
			"Deployment",
			spec({ template: { spec: { restartPolicy: "a" } } }),
			spec({ template: { spec: { restartPolicy: "b" } } }),
		],
		["batch/v1", "CronJob", spec({ schedule: "1 * * * *" }), spec({ schedule: "2 * * * *" })],
		["batch/v1", "Job", spec({ suspend: true }), spec({ suspend: false })],
		["v1", "Service", spec({ type: "ClusterIP" }), spec({ type: "NodePort" })],
		["v1", "Pod", spec({ activeDeadlineSeconds: 2 }), spec({ activeDeadlineSeconds: 1 })],
	])("%s %s in place: %j to %j", (apiVersion, kind, before, after) => {
		const outcome = compared(said(apiVersion, kind, before), said(apiVersion, kind, after));
		expect(outcome).toMatchObject({ changes: [expect.any(String)], replaces: [], deleteBeforeReplace: false });
	});

	test("another name or namespace, without making room first", () => {
		const old = said("v1", "ServiceAccount", {});
		expect(compared(old, said("v1", "ServiceAccount", {}, { name: "b" }))).toEqual({
			changes: ["update metadata.name"],
			replaces: ["metadata.name"],
			deleteBeforeReplace: false,
		});
		expect(compared(old, said("v1", "ServiceAccount", {}, { namespace: "m" }))).toMatchObject({
			replaces: ["metadata.namespace"],
			deleteBeforeReplace: false,
		});
	});

	test("with a made-up name the new one comes first", () => {
		const own = { annotations: { "pulumi.com/autonamed": "true" } };
		const secret = (type: string) => said("v1", "Secret", { type }, own);
		expect(compared(secret("a"), secret("b"))).toMatchObject({ replaces: ["type"], deleteBeforeReplace: false });
	});

	test("data that may change is changed in place, unless it is immutable", () => {
		const map = (k: string, rest = {}) => said("v1", "ConfigMap", { data: { k }, ...rest });
		const settings = { secrets: true, configMaps: true };
		expect(compared(map("1"), map("2"), {}, settings).replaces).toEqual([]);
		expect(compared(map("1"), map("2", { immutable: true }), {}, settings).replaces).toEqual(["data.k"]);
	});
});
