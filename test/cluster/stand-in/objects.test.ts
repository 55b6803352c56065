import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubeconfigPath } from "../../../tools/cluster/cluster.ts";
import { pauseImage } from "../../../tools/cluster/containerd.ts";
import { Plugin, urnOf } from "../../support/plugin.ts";

// The provider protocol spoken by the test, against the real API server.
const namespace = "stand-in-objects";
const configMap = urnOf("kubernetes:core/v1:ConfigMap");
const pod = urnOf("kubernetes:core/v1:Pod");

let plugin: Plugin;
let core: CoreV1Api;

beforeAll(async () => {
	const config = new KubeConfig();
	config.loadFromFile(kubeconfigPath());
	core = config.makeApiClient(CoreV1Api);
	plugin = await Plugin.start();
	await plugin.configure({ kubeconfig: config.exportConfig() });
	await plugin.create(urnOf("kubernetes:core/v1:Namespace"), {
		apiVersion: "v1",
		kind: "Namespace",
		metadata: { name: namespace },
	});
});

afterAll(async () => {
	const outputs = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
	await plugin.delete(urnOf("kubernetes:core/v1:Namespace"), namespace, outputs);
	await plugin.stop();
});

function mapOf(name: string, data: Record<string, string>, more: object = {}) {
	return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...more }, data };
}

function podOf(name: string, image: string, more: object = {}) {
	const containers = [{ name: "c", image, imagePullPolicy: "Never" }];
	const spec = { terminationGracePeriodSeconds: 0, containers };
	return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace, ...more }, spec };
}

const live = (name: string) => core.readNamespacedConfigMap({ namespace, name });

describe("check", () => {
	test("makes up a name and leaves the rest alone", async () => {
		const { inputs, failures } = await plugin.check(configMap, {
			apiVersion: "v1",
			kind: "ConfigMap",
			metadata: { namespace },
		});
		expect(failures).toEqual([]);
		const name = expect.stringMatching(/^thing-[0-9a-f]{8}$/);
		const metadata = { namespace, name, annotations: { "pulumi.com/autonamed": "true" } };
		expect(inputs).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata });
	});

	test("a field that the kind does not have is refused by the API server's words", async () => {
		const { failures } = await plugin.check(configMap, { ...mapOf("bad", {}), dta: { a: "1" } });
		expect(failures).toEqual([expect.stringMatching(/strict decoding error: unknown field "dta"$/)]);
	});

	test("a value that the API server does not take is refused", async () => {
		const { failures } = await plugin.check(pod, podOf("Bad_Name", pauseImage));
		expect(failures).toEqual([
			expect.stringContaining('Pod "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name"'),
		]);
	});

	test("a value that is not known yet is not sent", async () => {
		const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
		const news = { ...mapOf("later", { a: unknown }), dta: {} };
		expect(await plugin.check(configMap, news)).toEqual({ inputs: news, failures: [] });
	});

	test("a namespace that is still to come is not held against an object", async () => {
		const news = mapOf("early", {}, { namespace: "stand-in-not-there" });
		expect((await plugin.check(configMap, news)).failures).toEqual([]);
	});

	test("nothing is left behind", async () => {
		const { items } = await core.listNamespacedConfigMap({ namespace });
		expect(items.map((item) => item.metadata?.name)).toEqual(["kube-root-ca.crt"]);
	});

	test("what the stand-in can't do is refused", async () => {
		const annotations = { "pulumi.com/waitFor": "condition=Ready" };
		expect((await plugin.check(configMap, mapOf("a", {}, { annotations }))).failures).toEqual([
			'metadata.annotations["pulumi.com/waitFor"]: ' +
				"the stand-in for pulumi-resource-kubernetes does not do what this annotation asks for",
		]);
		const generated = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "a-", namespace } };
		expect((await plugin.check(configMap, generated)).failures).toEqual([
			"metadata.generateName: not possible with server-side apply: set metadata.name",
		]);
	});
});

describe("a ConfigMap", () => {
	test("is created, changed in the fields that it declares, read, and deleted", async () => {
		const first = mapOf("one", { a: "1", b: "1" });
		const created = await plugin.create(configMap, first);
		expect(created.id).toBe(`${namespace}/one`);
		expect((await live("one")).data).toEqual(first.data);

		// Another writer's field survives ours; a field that we drop goes.
		await core.patchNamespacedConfigMap({
			namespace,
			name: "one",
			body: [{ op: "add", path: "/data/c", value: "theirs" }],
		});
		const updated = await plugin.update(configMap, created.id, created.outputs, mapOf("one", { a: "2" }));
		expect((await live("one")).data).toEqual({ a: "2", c: "theirs" });

		const state = await plugin.read(configMap, created.id, updated, mapOf("one", { a: "2" }));
		expect(state).toMatchObject({
			id: created.id,
			inputs: { data: { a: "2" } },
			outputs: { data: { a: "2", c: "theirs" } },
		});

		await plugin.delete(configMap, created.id, updated);
		await expect(live("one")).rejects.toMatchObject({ code: 404 });
		expect((await plugin.read(configMap, created.id, updated, first)).id).toBe("");
		await plugin.delete(configMap, created.id, updated);
	});

	test("of a foreign maker is refused, not taken over", async () => {
		await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "theirs" }, data: { a: "theirs" } } });
		await expect(plugin.create(configMap, mapOf("theirs", { a: "ours" }))).rejects.toThrow(
			`ConfigMap "${namespace}/theirs" already exists in the cluster`,
		);
		expect((await live("theirs")).data).toEqual({ a: "theirs" });
	});

	test("that is gone can't be updated", async () => {
		const { id, outputs } = await plugin.create(configMap, mapOf("gone", { a: "1" }));
		await core.deleteNamespacedConfigMap({ namespace, name: "gone" });
		await expect(plugin.update(configMap, id, outputs, mapOf("gone", { a: "2" }))).rejects.toThrow(
			'configmaps "gone" not found',
		);
		await expect(live("gone")).rejects.toMatchObject({ code: 404 });
	});

	test("can be imported", async () => {
		await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "found" }, data: { a: "1" } } });
		const state = await plugin.read(configMap, `${namespace}/found`);
		expect(state).toMatchObject({ id: `${namespace}/found`, outputs: { data: { a: "1" } } });
		expect(state.inputs).toEqual(mapOf("found", { a: "1" }));
	});

	test("with a finalizer is waited for, and the finalizer is named", async () => {
		const { id, outputs } = await plugin.create(configMap, mapOf("held", {}, { finalizers: ["example.test/hold"] }));
		await expect(plugin.delete(configMap, id, outputs, 2)).rejects.toThrow(
			'ConfigMap "held" is still there after 2 s; its finalizers are ["example.test/hold"]',
		);
		const deleting = plugin.delete(configMap, id, outputs);
		await core.patchNamespacedConfigMap({
			namespace,
			name: "held",
			body: [{ op: "remove", path: "/metadata/finalizers" }],
		});
		await deleting;
		await expect(live("held")).rejects.toMatchObject({ code: 404 });
	});
});

describe("a Pod", () => {
	test("is waited for until it is ready", async () => {
		const { id, outputs } = await plugin.create(pod, podOf("fine", pauseImage));
		expect(outputs).toMatchObject({ status: { phase: "Running" } });
		await plugin.delete(pod, id, outputs);
	});

	test("that does not get ready says why, and may be left alone by annotation", async () => {
		await expect(plugin.create(pod, podOf("imageless", "localhost/no-such-image:1"), 8)).rejects.toThrow(
			/^2 UNKNOWN: Pod "stand-in-objects\/imageless" is not ready after 8 s: pod "imageless" is not ready: container "c" waits: ErrImageNeverPull: /,
		);
		const inputs = podOf("ignored", "localhost/no-such-image:1", { annotations: { "pulumi.com/skipAwait": "true" } });
		const { id, outputs } = await plugin.create(pod, inputs);
		await plugin.delete(pod, id, outputs);
		await plugin.delete(pod, `${namespace}/imageless`, inputs);
	});
});
