import type { TestProject } from "vitest/node";
import { importImage, kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { ensureImages } from "../../tools/images/ensure.ts";
import { installationFolder, programFolder, sampleNamespace } from "./sample.ts";
import { Stack } from "./stack.ts";

declare module "vitest" {
	export interface ProvidedContext {
		/** Folder of the stack of the system. */
		installation: string;
		sampleImage: string;
		systemImage: string;
	}
}

/** Installs the system and the sample application for a tier, each as a stack, and returns what destroys them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const images = await ensureImages();
	for (const { archive } of [images.system, images.sample]) await importImage(archive);
	const kubeconfig = kubeconfigPath();
	const installation = await Stack.create(installationFolder, "installation", {
		"pulumi-chaos:kubeconfig": kubeconfig,
		image: images.system.ref,
		leaseSeconds: "20",
		verifySeconds: "2",
		probeExec: "true",
	});
	const sample = await Stack.create(programFolder("sample"), "sample", {
		kubeconfig,
		image: images.sample.ref,
		namespace: sampleNamespace,
	});
	project.provide("installation", installation.folder);
	project.provide("sampleImage", images.sample.ref);
	project.provide("systemImage", images.system.ref);
	const stacks = [installation, sample];
	const destroy = async (): Promise<void> => {
		for (const stack of stacks.toReversed()) await stack.ok("destroy");
		for (const stack of stacks) stack.dispose();
	};
	try {
		for (const stack of stacks) await stack.ok("up");
	} catch (error) {
		await destroy();
		throw error;
	}
	return destroy;
}
