import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Experiment } from "../../api/experiment.ts";
import { ApiServerDouble } from "./api-server-double.ts";
import { Stack } from "./stack.ts";
import { injected } from "./statuses.ts";

/** What a stage can have other than by default. */
export interface EngineStageOptions {
	/** Name of the stack; default: `dev`. */
	name?: string;
	/** The token in the kubeconfig. */
	token?: string;
	/** Settings of the stack; default: the kubeconfig for the package. */
	settings?: (kubeconfig: string) => Record<string, string>;
}

/** A stack on an API server whose controller injects whatever is made. */
export class EngineStage {
	readonly server: ApiServerDouble;
	readonly stack: Stack;
	/** For files of the test; goes at the end. */
	readonly folder: string;

	private constructor(server: ApiServerDouble, stack: Stack, folder: string) {
		this.server = server;
		this.stack = stack;
		this.folder = folder;
	}

	/** @param program - folder of the Pulumi program */
	static async start(
		program: string,
		{
			name = "dev",
			token = "token",
			settings = (kubeconfig) => ({ "pulumi-chaos:kubeconfig": kubeconfig }),
		}: EngineStageOptions = {},
	): Promise<EngineStage> {
		const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-engine-"));
		const server = await ApiServerDouble.start();
		server.cluster.reconcile = inject;
		const kubeconfig = server.writeKubeconfig(join(folder, "kubeconfig"), token);
		return new EngineStage(server, await Stack.create(program, name, settings(kubeconfig)), folder);
	}

	async end(): Promise<void> {
		this.stack.dispose();
		await this.server.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Has every target of an experiment hit, as a controller writes it down. */
export function inject(experiment: Experiment): void {
	const seen = injected(experiment);
	if (seen) experiment.status = seen;
}
