import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { importImage, kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { podProcesses } from "../../tools/lib/pod-processes.ts";
import { run } from "../../tools/lib/run.ts";
import { heavy } from "../support/heavy.ts";
import { runningPods } from "../support/kubernetes.ts";
import { installationStack, sampleNamespace } from "../support/sample.ts";
import { Stack } from "../support/stack.ts";
import { ToyTree } from "../support/toy-tree.ts";

const manifest = `
apiVersion: chaos-mesh.org/v1alpha1
kind: ToyChaos
metadata: { name: note, namespace: ${sampleNamespace} }
spec:
  mode: all
  selector: { labelSelectors: { app: store } }
  text: for whom it may concern
  duration: 10m
`;

let tree: ToyTree;

beforeAll(async () => {
	tree = ToyTree.plant();
	tree.run("tools/generate/main.ts");
	const { system } = JSON.parse(tree.run("tools/images/main.ts")) as { system: { ref: string; archive: string } };
	await importImage(system.archive);
	// The same stack, now of a package that knows one kind more.
	const stack = await Stack.open(join(tree.folder, "examples/installation"), "installation", inject("installation"));
	await stack.configure("image", system.ref);
	await stack.ok("up");
});

afterAll(async () => {
	const stack = await installationStack();
	await stack.configure("image", inject("systemImage"));
	await stack.ok("up");
	tree.remove();
});

/** What the notes in the containers of the stores say, read by the node and not by us. */
async function notes(): Promise<string[]> {
	const stores = await runningPods(sampleNamespace, "app=store");
	return (
		await Promise.all(
			stores.map(async ({ metadata }) => {
				const server = podProcesses(metadata?.uid ?? "").find(({ command }) => command.includes("server.ts"));
				const folder = `/proc/${server?.pid}/root/tmp`;
				return run("find", [folder, "-name", "pulumi-chaos-toy-*", "-exec", "cat", "{}", ";"]);
			}),
		)
	).filter(Boolean);
}

/** The program that the converter of the copy makes of the manifest, as a folder of the copy. */
function program(): string {
	const folder = join(tree.folder, "examples/toy");
	mkdirSync(folder);
	for (const file of ["package.json", "tsconfig.json"]) {
		cpSync(join(tree.folder, "examples/quickstart", file), join(folder, file));
	}
	writeFileSync(join(folder, "Pulumi.yaml"), "name: toy\nruntime: nodejs\n");
	writeFileSync(join(folder, "manifest.yaml"), manifest);
	writeFileSync(join(folder, "index.ts"), tree.run("dist/cli/main.mjs", "convert", join(folder, "manifest.yaml")));
	return folder;
}

heavy("is converted, documented, admitted, and driven through a whole life by Pulumi", async () => {
	const folder = program();
	expect(readFileSync(join(folder, "index.ts"), "utf8")).toContain('new chaos.ToyChaos("note"');
	expect(readFileSync(join(tree.folder, "docs/faults/toy-chaos.md"), "utf8")).toContain(
		"A file with the text is written",
	);
	const stack = await Stack.create(folder, "toy", { "pulumi-chaos:kubeconfig": kubeconfigPath() });
	try {
		await stack.ok("up");
		expect(await notes()).toEqual(Array(3).fill("for whom it may concern"));
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
	expect(await notes()).toEqual([]);
});
