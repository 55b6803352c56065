import { join } from "node:path";
import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { expect, onTestFinished, test } from "vitest";
import { kubeconfigPath } from "../../../tools/cluster/cluster.ts";
import { pauseImage } from "../../../tools/cluster/containerd.ts";
import { root } from "../../../tools/lib/paths.ts";
import { prependPath } from "../../../tools/lib/search-path.ts";
import { standInFolder } from "../../../tools/pulumi/kubernetes-plugin.ts";
import { heavy } from "../../support/heavy.ts";
import { Stack } from "../../support/stack.ts";

// The real engine and the real SDK on the stand-in, also on a machine that has the real plugin.
const PATH = prependPath([standInFolder]);

const config = new KubeConfig();
config.loadFromFile(kubeconfigPath());
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);

async function stackOf(program: string, settings: Record<string, string>): Promise<Stack> {
	const folder = join(root, "test/support/programs", program);
	const stack = await Stack.create(folder, "test", { kubeconfig: kubeconfigPath(), ...settings }, { PATH });
	onTestFinished(async () => {
		await stack.ok("destroy");
		stack.dispose();
	});
	return stack;
}

/** A stack of one object in the namespace "default". */
async function objectStack(token: string, inputs: object): Promise<Stack> {
	return await stackOf("object", { token: `kubernetes:${token}`, inputs: JSON.stringify(inputs) });
}

async function nameIn(stack: Stack, type: string): Promise<string> {
	const found = (await stack.resources()).filter((resource) => resource.type.endsWith(`:${type}`));
	const [metadata] = found.map((resource) => resource.outputs?.["metadata"] as { name: string } | undefined);
	if (metadata === undefined) throw new Error(`no ${type} in the state`);
	return metadata.name;
}

heavy("objects of the usual kinds: up, quiet, changed in place, drift, gone, destroyed", async () => {
	const stack = await stackOf("workload", { image: pauseImage });
	expect((await stack.ok("preview")).output).toContain("the tests' stand-in");
	await stack.ok("up");
	const namespace = await nameIn(stack, "Namespace");
	const name = await nameIn(stack, "Deployment");
	const map = await nameIn(stack, "ConfigMap");
	const deployment = () => apps.readNamespacedDeployment({ namespace, name });
	expect((await deployment()).status?.availableReplicas).toBe(2);
	const data = async () => (await core.readNamespacedConfigMap({ namespace, name: map })).data;
	expect(await data()).toEqual({ greeting: "hello" });

	await stack.ok("up", "--expect-no-changes");
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up", "--expect-no-changes");
	const exported = await stack.exported();
	const marker = "marker-of-a-secret";
	expect(exported).not.toContain(marker);
	expect(exported).not.toContain(Buffer.from(marker).toString("base64"));
	expect((await core.readNamespacedSecret({ namespace, name: "key" })).data).toEqual({
		token: Buffer.from(marker).toString("base64"),
	});

	await stack.configure("greeting", "welcome");
	expect((await stack.ok("up")).output).toMatch(/~ 2 updated\n\s*11 unchanged/);
	expect(await data()).toEqual({ greeting: "welcome" });
	await stack.ok("refresh", "--expect-no-changes");

	await apps.patchNamespacedDeployment({
		namespace,
		name,
		body: [{ op: "replace", path: "/spec/replicas", value: 1 }],
	});
	expect((await stack.run("refresh", "--expect-no-changes")).status).not.toBe(0);
	expect((await stack.run("up")).output).toMatch(
		/Apply failed with 1 conflict: conflict with "[^"]+" using apps\/v1: \.spec\.replicas/,
	);
	await stack.configure("force", "true");
	await stack.ok("up");
	expect((await deployment()).status?.availableReplicas).toBe(2);

	await core.deleteNamespacedService({ namespace, name: "idle" });
	expect((await stack.ok("refresh")).output).toMatch(/- 1 deleted/);
	await stack.ok("up");
	expect((await core.readNamespacedService({ namespace, name: "idle" })).spec?.ports?.[0]?.port).toBe(80);

	await stack.ok("destroy");
	await expect(core.readNamespace({ name: namespace })).rejects.toMatchObject({ code: 404 });
	expect(stack.processes()).toEqual([]);
});

const metadata = { namespace: "default" };

function deploymentOf(app: string, more: object = {}) {
	const labels = { app };
	const spec = {
		terminationGracePeriodSeconds: 0,
		containers: [{ name: "c", image: pauseImage, imagePullPolicy: "Never" }],
	};
	return {
		apiVersion: "apps/v1",
		kind: "Deployment",
		metadata: { ...metadata, ...more },
		spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
	};
}

test("a bad field fails the preview, and nothing is created", async () => {
	const inputs = deploymentOf("stand-in-bad");
	const spec = { ...inputs.spec, replica: 2 };
	const stack = await objectStack("apps/v1:Deployment", { ...inputs, spec });
	const preview = await stack.run("preview");
	expect(preview.status).not.toBe(0);
	expect(preview.output).toMatch(/strict decoding error: unknown field "spec\.replica"/);
	expect((await stack.run("up")).status).not.toBe(0);
	const { items } = await apps.listNamespacedDeployment({ namespace: "default", labelSelector: "app=stand-in-bad" });
	expect(items).toEqual([]);
});

test("an unknown type fails the preview by name", async () => {
	const stack = await objectStack("core/v1:Endpoints", { apiVersion: "v1", kind: "Endpoints", metadata });
	expect((await stack.run("preview")).output).toContain(
		'does not know the resource type "kubernetes:core/v1:Endpoints"; docs/stand-in.md lists the ones that it does',
	);
});

heavy(
	"an immutable field makes a new object: after the old one with a chosen name, before it with a made-up one",
	async () => {
		const uid = async (name: string) =>
			(await apps.readNamespacedDeployment({ namespace: "default", name })).metadata?.uid;

		const chosen = await objectStack("apps/v1:Deployment", deploymentOf("one", { name: "stand-in-chosen" }));
		await chosen.ok("up");
		const first = await uid("stand-in-chosen");
		await chosen.configure("inputs", JSON.stringify(deploymentOf("two", { name: "stand-in-chosen" })));
		const replaced = (await chosen.ok("up")).output;
		expect(replaced).toMatch(/deleted original[\s\S]*created replacement/);
		expect(await uid("stand-in-chosen")).not.toBe(first);

		const madeUp = await objectStack("apps/v1:Deployment", deploymentOf("one"));
		await madeUp.ok("up");
		const name = await nameIn(madeUp, "Deployment");
		await madeUp.configure("inputs", JSON.stringify(deploymentOf("two")));
		expect((await madeUp.ok("up")).output).toMatch(/created replacement[\s\S]*deleted original/);
		expect(await nameIn(madeUp, "Deployment")).not.toBe(name);
		await expect(uid(name)).rejects.toMatchObject({ code: 404 });
		await madeUp.ok("up", "--expect-no-changes");
	},
);

heavy("what does not get ready is in the state with its reasons, and is repaired by the next update", async () => {
	const labels = { app: "stand-in-stuck" };
	const inputs = (image: string) => {
		const deployment = deploymentOf(labels.app, {
			name: "stand-in-stuck",
			annotations: { "pulumi.com/timeoutSeconds": "8" },
		});
		deployment.spec.template.spec.containers = [{ name: "c", image, imagePullPolicy: "Never" }];
		return JSON.stringify(deployment);
	};
	const stack = await objectStack("apps/v1:Deployment", JSON.parse(inputs("localhost/no-such-image:1")));
	const failed = await stack.run("up");
	expect(failed.status).not.toBe(0);
	expect(failed.output).toMatch(/Deployment "default\/stand-in-stuck" is not ready after 8 s/);
	expect(failed.output).toMatch(/pod "stand-in-stuck-[^"]+" is not ready: container "c" waits: ErrImageNeverPull/);
	expect(await nameIn(stack, "Deployment")).toBe("stand-in-stuck");

	await stack.configure("inputs", inputs(pauseImage));
	await stack.ok("up");
	await stack.ok("up", "--expect-no-changes");
});
