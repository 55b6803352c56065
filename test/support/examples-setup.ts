import type { TestProject } from "vitest/node";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { leftovers } from "../../tools/demo/leftovers.ts";
import { ensureImages } from "../../tools/images/ensure.ts";
import { root } from "../../tools/lib/paths.ts";
import { clients } from "./kubernetes.ts";
import { environment } from "./root-program.ts";
import { sampleNamespace } from "./sample.ts";
import { Stack } from "./stack.ts";

declare module "vitest" {
	export interface ProvidedContext {
		/** Folder of the stack of the root program. */
		rootProgram: string;
	}
}

/** Installs what the examples need by the root program, without its attack, and returns what destroys it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const images = await ensureImages();
	const program = await Stack.create(root, "dev", {
		...environment("dev"),
		"pulumi-chaos:kubeconfig": kubeconfigPath(),
		"pulumi-chaos:image": images.system.ref,
		"pulumi-chaos:sampleImage": images.sample.ref,
		"pulumi-chaos:imagePullPolicy": "Never",
		"pulumi-chaos:attack": "false",
	});
	project.provide("rootProgram", program.folder);
	const destroy = async (): Promise<void> => {
		await program.ok("destroy");
		program.dispose();
	};
	try {
		await program.ok("up");
	} catch (error) {
		await destroy();
		throw error;
	}
	return async () => {
		await destroy();
		const left = await leftovers(clients().config, [sampleNamespace, "pulumi-chaos"]);
		if (left.length > 0) throw new Error(`the root program has left after its end: ${left.join(", ")}`);
	};
}
