import type { Stage } from "./stage.ts";

const name = "asked";
const deployments = ({ shop }: Stage): string => `/apis/apps/v1/namespaces/${shop}/deployments`;

/** Makes a Deployment without pods, which stands for the system that probes ask; `setHealth` says whether that is well. */
export async function makeAsked(stage: Stage): Promise<void> {
	const labels = { app: name };
	const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "none" }] } };
	const spec = { replicas: 0, selector: { matchLabels: labels }, template };
	await stage.make(deployments(stage), { metadata: { name }, spec });
}

/** Has the system be well, or not. */
export async function setHealth(stage: Stage, health: "well" | "ill"): Promise<void> {
	await stage.server.patch(`${deployments(stage)}/${name}`, { metadata: { annotations: { health } } });
}

/** Asks every second whether the system is well. */
export const health = {
	type: "object",
	object: {
		apiVersion: "apps/v1",
		kind: "Deployment",
		name,
		field: "metadata.annotations.health",
		criteria: { equals: "well" },
	},
	interval: "1s",
	timeout: "10s",
} as const;
