import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { root } from "../../../tools/lib/paths.ts";
import { Plugin, urnOf } from "../../support/plugin.ts";

// Nothing listens on port 1, so nothing here can depend on a cluster.
const kubeconfig = (server: string) =>
	JSON.stringify({
		apiVersion: "v1",
		kind: "Config",
		"current-context": "here",
		contexts: [{ name: "here", context: { cluster: "nowhere", user: "nobody" } }],
		clusters: [{ name: "nowhere", cluster: { server } }],
		users: [{ name: "nobody", user: {} }],
	});
const nowhere = kubeconfig("https://127.0.0.1:1");
const announcement =
	"this is not the plugin pulumi-resource-kubernetes but the tests' stand-in for it, because the real one can't be had here";

let plugin: Plugin;

beforeAll(async () => {
	plugin = await Plugin.start();
});

afterAll(() => plugin.stop());

test("nothing works before it is configured", async () => {
	await expect(plugin.check(urnOf("kubernetes:core/v1:ConfigMap"), {})).rejects.toThrow(
		"the provider is not configured",
	);
});

test("it claims the version of the SDK that is installed", async () => {
	const file = readFileSync(join(root, "node_modules/@pulumi/kubernetes/package.json"), "utf8");
	expect(await plugin.version()).toBe(JSON.parse(file).version);
});

describe("settings", () => {
	test("a kubeconfig is wanted, not taken from the surroundings", async () => {
		expect(await plugin.checkConfig({})).toEqual([
			{
				property: "kubeconfig",
				reason: "the stand-in takes no kubeconfig from the surroundings: set it to a path or to the file's content",
			},
		]);
	});

	test("a setting that it does not have is refused, unless it says what is so anyway", async () => {
		const settings = { kubeconfig: nowhere, enableServerSideApply: "true", deleteUnreachable: "false" };
		expect(await plugin.checkConfig(settings)).toEqual([]);
		const reason = "the stand-in for pulumi-resource-kubernetes does not have this setting";
		expect(await plugin.checkConfig({ ...settings, renderYamlToDirectory: "out" })).toEqual([
			{ property: "renderYamlToDirectory", reason },
		]);
		expect(await plugin.checkConfig({ ...settings, enableServerSideApply: "false" })).toEqual([
			{ property: "enableServerSideApply", reason },
		]);
	});

	test("a kubeconfig that is neither file nor content, and a context that is not in it, are named", async () => {
		await expect(plugin.configure({ kubeconfig: "/no/such/file" })).rejects.toThrow(
			'kubeconfig: there is no file "/no/such/file"',
		);
		await expect(plugin.configure({ kubeconfig: nowhere, context: "there" })).rejects.toThrow(
			'context "there" is not in the kubeconfig; it has "here"',
		);
	});

	test("another API server replaces everything, other settings do not", async () => {
		const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
		const moved = kubeconfig("https://127.0.0.2:1");
		expect(await plugin.diffConfig({ kubeconfig: nowhere }, { kubeconfig: nowhere })).toMatchObject({
			changes: DIFF_NONE,
			replacesList: [],
		});
		expect(await plugin.diffConfig({ kubeconfig: nowhere }, { kubeconfig: moved })).toMatchObject({
			changes: DIFF_SOME,
			replacesList: ["kubeconfig"],
		});
		expect(
			await plugin.diffConfig({ kubeconfig: nowhere }, { kubeconfig: nowhere, enableSecretMutable: "true" }),
		).toMatchObject({ changes: DIFF_SOME, replacesList: [] });
	});
});

describe("configured", () => {
	beforeAll(() => plugin.configure({ kubeconfig: nowhere }));

	test("it says once what it is, also when it is set up again", async () => {
		await plugin.configure({ kubeconfig: nowhere });
		expect(
			plugin.stderr
				.join("")
				.split("\n")
				.filter((line) => line === announcement),
		).toHaveLength(1);
	});

	test.each([
		"kubernetes:core/v1:Endpoints",
		"kubernetes:core/v1:ConfigMapPatch",
		"kubernetes:core/v1:ConfigMapList",
		"kubernetes:apps/v1beta1:Deployment",
		"kubernetes:example.test/v1:ThingPatch",
		"kubernetes:helm.sh/v3:Release",
		"kubernetes:storage.k8s.io/v1:StorageClass",
		"kubernetes:yaml:ConfigFile",
	])("the type %s is refused by name", async (token) => {
		const message =
			`the stand-in for pulumi-resource-kubernetes does not know the resource type "${token}"; ` +
			"docs/stand-in.md lists the ones that it does";
		await expect(plugin.check(urnOf(token), {})).rejects.toThrow(message);
		await expect(plugin.diff(urnOf(token), {}, {})).rejects.toThrow(message);
		await expect(plugin.create(urnOf(token), {})).rejects.toThrow(message);
	});

	test("an API server that does not answer is named", async () => {
		const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
		await expect(plugin.check(urnOf("kubernetes:core/v1:ConfigMap"), inputs)).rejects.toThrow(
			"no answer from https://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
		);
	});

	test("functions are not there", async () => {
		await expect(plugin.invoke("kubernetes:yaml:decode")).rejects.toThrow("UNIMPLEMENTED");
	});

	test("a difference comes with its details", async () => {
		const old = {
			apiVersion: "v1",
			kind: "ConfigMap",
			metadata: { name: "a", namespace: "n" },
			data: { x: "1", y: "1" },
		};
		const outputs = { ...old, __inputs: old, __fieldManager: "m", __initialApiVersion: "v1" };
		const news = { ...old, data: { x: "2", z: "1" } };
		const answer = await plugin.diff(urnOf("kubernetes:core/v1:ConfigMap"), outputs, news);
		const { UPDATE_REPLACE, DELETE_REPLACE, ADD_REPLACE } = provider.PropertyDiff.Kind;
		expect(answer.getHasdetaileddiff()).toBe(true);
		expect(Object.fromEntries(answer.toObject().detaileddiffMap)).toEqual({
			"data.x": { kind: UPDATE_REPLACE, inputdiff: false },
			"data.y": { kind: DELETE_REPLACE, inputdiff: true },
			"data.z": { kind: ADD_REPLACE, inputdiff: false },
		});
		expect(answer.getReplacesList()).toEqual(["data.x", "data.y", "data.z"]);
		expect(answer.getDeletebeforereplace()).toBe(true);
	});
});

test("it tells the engine what it is, and ends when the engine is gone", async () => {
	const lines: string[] = [];
	const server = new grpc.Server();
	server.addService(engineService.EngineService, {
		log: (call: { request: LogRequest }, done: (error: null, answer: object) => void) => {
			lines.push(call.request.getMessage());
			done(null, new empty.Empty());
		},
	});
	const port = await new Promise<number>((resolve, reject) => {
		server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
			error === null ? resolve(bound) : reject(error),
		);
	});
	const own = await Plugin.start(`127.0.0.1:${port}`);
	onTestFinished(() => own.stop());
	await own.configure({ kubeconfig: nowhere });
	expect(lines).toEqual([announcement]);

	const exited = once(own.process, "exit");
	server.forceShutdown();
	expect(await exited).toEqual([0, null]);
});
