/**
 * `npm run demo`: from a bare machine to a real fault in real containers and back. Installs what is missing, brings up a
 * cluster, puts a partition in with Pulumi, undoes it by hand in two ways, lets Pulumi find out, and takes everything out again.
 * `-- --keep` stops before the end and leaves it running.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { CoreV1Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import type { Experiment } from "../../api/experiment.ts";
import { down, importImage, kubeconfigPath, status, up } from "../cluster/cluster.ts";
import { ownCluster, ownKubeconfigVariable } from "../cluster/own-cluster.ts";
import { ensureImages } from "../images/ensure.ts";
import { flushPodRules } from "../lib/pod-network.ts";
import { ensurePulumi } from "../pulumi/ensure.ts";
import { leftovers } from "./leftovers.ts";
import { observe } from "./observe.ts";
import {
	clearStack,
	configure,
	forgetStack,
	makeStack,
	operate,
	stackArguments,
	stackExists,
	stackVariables,
} from "./stack.ts";
import { Steps } from "./steps.ts";

const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
const steps = new Steps();
const application = "shop";
const system = "pulumi-chaos";

function kubeConfig(): KubeConfig {
	const config = new KubeConfig();
	config.loadFromFile(kubeconfigPath());
	return config;
}

async function oneFront(): Promise<{ name: string; uid: string }> {
	const list = { namespace: application, labelSelector: "app=front" };
	const { items } = await kubeConfig().makeApiClient(CoreV1Api).listNamespacedPod(list);
	const metadata = items[0]?.metadata;
	if (!metadata?.name || !metadata.uid) throw new Error("the sample application has no front");
	return { name: metadata.name, uid: metadata.uid };
}

const place = { group: "chaos-mesh.org", version: "v1alpha1", plural: "networkchaos", namespace: "default" };

async function experiments(): Promise<Experiment[]> {
	const list = await kubeConfig().makeApiClient(CustomObjectsApi).listNamespacedCustomObject(place);
	return (list as { items: Experiment[] }).items;
}

async function deleteExperiments(): Promise<void> {
	for (const { metadata } of await experiments()) {
		console.log(`$ kubectl delete networkchaos ${metadata.name}`);
		await kubeConfig()
			.makeApiClient(CustomObjectsApi)
			.deleteNamespacedCustomObject({ ...place, name: metadata.name });
	}
}

/** Waits until the controller has noticed by itself: the daemons look every two seconds, a refresh may be quicker. */
async function noticed(): Promise<void> {
	const isLost = ({ status }: Experiment): boolean | undefined =>
		status?.conditions?.some((each) => each.type === "FaultLost" && each.status === "True");
	for (const end = performance.now() + 30_000; performance.now() < end; await sleep(200)) {
		if ((await experiments()).some(isLost)) return;
	}
	throw new Error("the controller did not notice within 30 s that the rules were flushed");
}

/** Pulumi finds out, says so once, and puts the fault back. */
async function findOutAndMend(): Promise<void> {
	await operate("refresh", "--diff");
	console.log("\nA second refresh has nothing more to say:\n");
	await operate("refresh", "--expect-no-changes");
	console.log("\nUp puts back what was declared:\n");
	await operate("up");
	await observe(application, true);
}

async function run(): Promise<void> {
	if (ownCluster()) {
		throw new Error(
			`${ownKubeconfigVariable} names a cluster of your own; the demo undoes faults by hand on its nodes, so it runs only on the cluster that it makes: unset the variable`,
		);
	}
	const started = (await status()) === undefined;
	await steps.run("A Pulumi CLI", async () => {
		const { kind, version, path } = await ensurePulumi();
		console.log(`Pulumi ${version} (${kind}) in ${path}`);
	});
	await steps.run("A cluster", () => up());
	const images = await steps.run("Images", async () => {
		const built = await ensureImages();
		for (const { archive } of [built.system, built.sample]) await importImage(archive);
		return built;
	});
	if (stackExists()) await steps.run("Take down what an earlier demo left", clearStack);
	await steps.run("Install the system and a sample application with Pulumi", async () => {
		await makeStack();
		await configure({
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
			"pulumi-chaos:image": images.system.ref,
			"pulumi-chaos:sampleImage": images.sample.ref,
			"pulumi-chaos:imagePullPolicy": "Never",
			"pulumi-chaos:namespace": application,
			"pulumi-chaos:mode": "all",
			"pulumi-chaos:duration": "30m",
			"pulumi-chaos:verifySeconds": "2",
			"pulumi-chaos:attack": "false",
		});
		await operate("up");
	});
	await steps.run("Before: everybody reaches everybody", async () => {
		await observe(application, false);
	});
	await steps.run("Put a partition between front and back: preview, up", async () => {
		await configure({ "pulumi-chaos:attack": "true" });
		await operate("preview");
		await operate("up");
	});
	await steps.run("During: front and back have lost each other, by pod address and through Services", async () => {
		await observe(application, true);
		await operate("refresh", "--expect-no-changes");
	});
	await steps.run("Undo it by hand: flush the packet filter of one front pod", async () => {
		const { name, uid } = await oneFront();
		console.log(`flushing the rules of ${application}/${name}`);
		flushPodRules(uid);
		await noticed();
		await findOutAndMend();
	});
	await steps.run("Undo it by hand: delete the experiment's object", async () => {
		await deleteExperiments();
		await findOutAndMend();
	});
	if (values.keep) return keep();
	await steps.run("After: the fault is out", async () => {
		await configure({ "pulumi-chaos:attack": "false" });
		await operate("up");
		await observe(application, false);
	});
	await steps.run("Put it in once more, and destroy everything at once", async () => {
		await configure({ "pulumi-chaos:attack": "true" });
		await operate("up");
		await operate("destroy");
		forgetStack();
	});
	await steps.run("Look for anything that is left, on the node and in the cluster", async () => {
		const left = await leftovers(kubeConfig(), [application, system]);
		if (left.length > 0) throw new Error(`left behind:\n${left.join("\n")}`);
		console.log("nothing is left: no packet filter table, no process, no object");
	});
	if (started) await steps.run("Take the cluster down", () => down());
	else console.log("\nThe cluster was up before: it stays. `npm run cluster -- down` removes it.");
}

function keep(): void {
	const variables = Object.entries(stackVariables).map(([name, value]) => `${name}=${value}`);
	console.log(`
The cluster, the system, the application and the fault go on. To look at them:

    export KUBECONFIG=${kubeconfigPath()} ${variables.join(" ")}
    npm run -s pulumi -- refresh ${stackArguments.join(" ")}
    npm run -s pulumi -- destroy ${stackArguments.join(" ")}
    npm run cluster -- down`);
}

try {
	await run();
	console.log(`\n=== How long it took\n\n${steps.table()}`);
} catch (error) {
	console.error(`\n${error instanceof Error ? error.message : String(error)}`);
	console.error(
		`\nUntil then:\n\n${steps.table()}\n\nAnother \`npm run demo\` takes down what this one left and starts anew.`,
	);
	process.exitCode = 1;
}
