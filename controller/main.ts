/** Entry of the controller's image: runs in a pod, with the pod's service account. */
import { hostname } from "node:os";
import { KubeConfig } from "@kubernetes/client-node";
import { createLog, errorText } from "../api/log.ts";
import { readConfig } from "./config.ts";
import { Controller } from "./controller.ts";

async function main(): Promise<void> {
	const config = readConfig(process.env);
	const log = createLog(config.logLevel);
	const kubeConfig = new KubeConfig();
	kubeConfig.loadFromCluster();
	const controller = new Controller({ kubeConfig, config, identity: hostname(), log });
	await controller.start();
	let stopping = false;
	for (const signal of ["SIGTERM", "SIGINT"] as const) {
		process.on(signal, () => {
			if (stopping) return;
			stopping = true;
			log.info("stopping", { signal });
			controller.stop().then(
				() => process.exit(0),
				(error: unknown) => {
					log.error("stopping failed", { error });
					process.exit(1);
				},
			);
		});
	}
}

main().catch((error: unknown) => {
	createLog().error(errorText(error));
	process.exit(1);
});
