import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../tools/lib/paths.ts";
import { ApiServerDouble } from "../support/api-server-double.ts";
import { programFolder } from "../support/sample.ts";
import { Stack } from "../support/stack.ts";

interface Preview {
	steps: { newState: { inputs?: Record<string, unknown> } }[];
}

/** What a preview would create in a cluster, by name without its hash. */
function objects(stdout: string): Record<string, unknown> {
	const inputs = (JSON.parse(stdout) as Preview).steps.map(({ newState }) => newState.inputs ?? {});
	const experiments = inputs.filter(({ spec }) => spec !== undefined);
	return Object.fromEntries(
		experiments.map(({ name, namespace, paused, spec }) => [
			String(name).replace(/-[0-9a-f]{8}$/, ""),
			{ namespace, paused, spec },
		]),
	);
}

it("a converted program previews to what its manifests say", async () => {
	const manifests = join(root, "test/cli/golden/network.yaml");
	const folder = mkdtempSync(join(root, ".converted-"));
	const server = await ApiServerDouble.start();
	try {
		cpSync(programFolder("experiments"), folder, { recursive: true });
		const command = [join(root, "dist/cli/main.mjs"), "convert", manifests];
		writeFileSync(join(folder, "index.ts"), execFileSync(process.execPath, command));
		const kubeconfig = server.writeKubeconfig(join(folder, "kubeconfig"), "token");
		const stack = await Stack.create(folder, "converted", { "pulumi-chaos:kubeconfig": kubeconfig });
		try {
			const { stdout } = await stack.ok("preview", "--json");
			const back = { labelSelectors: { "app.kubernetes.io/name": "back-end", canary: "" } };
			expect(objects(stdout)).toEqual({
				"front-loses-back": {
					namespace: "shop",
					spec: {
						action: "partition",
						mode: "all",
						selector: { labelSelectors: { app: "front" } },
						direction: "both",
						target: { mode: "all", selector: back },
						duration: "5m",
					},
				},
				"back-is-alone": {
					namespace: "shop",
					paused: true,
					spec: {
						action: "partition",
						mode: "fixed-percent",
						value: "50",
						selector: back,
						externalTargets: expect.arrayContaining(["203.0.113.0/24", "2001:db8::1", "198.51.100.5"]),
						duration: "90s",
					},
				},
			});
		} finally {
			stack.dispose();
		}
	} finally {
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	}
});
