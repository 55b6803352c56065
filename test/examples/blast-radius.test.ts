import { join } from "node:path";
import { AppsV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { pauseImage } from "../../tools/cluster/containerd.ts";
import { changesOf } from "../support/audit.ts";
import { clients, eventually, runningPods } from "../support/kubernetes.ts";
import { tablesLeft } from "../support/tables.ts";
import { exampleStack, isHit } from "./example.ts";

const namespace = "blast-radius";
const object = /^front-alone-/;
const scale = (replicas: number) =>
	clients()
		.config.makeApiClient(AppsV1Api)
		.patchNamespacedDeploymentScale(
			{ name: "front", namespace, body: { spec: { replicas } } },
			setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
		);
const fronts = () => runningPods(namespace, "app=front");

it("says at the preview who would be hit, refuses more than its limit, and hits whom a plan was made for", async () => {
	const stack = await exampleStack("blast-radius", { image: pauseImage });
	const plan = join(stack.folder, "plan.json");
	// The API server's log is older than this stack.
	const earlier = changesOf(namespace, object).length;
	const changes = () => changesOf(namespace, object).slice(earlier);
	try {
		await stack.configure("attack", "true");
		expect((await stack.ok("preview")).output).toMatch(
			/NetworkChaos "blast-radius\/front-alone-[0-9a-f]{8}" would hit pods that are not known yet: its spec depends on what is not there yet/,
		);
		await stack.configure("attack", "false");
		await stack.ok("up");

		await stack.configure("attack", "true");
		expect((await stack.ok("preview")).output).toMatch(
			/NetworkChaos "blast-radius\/front-alone-[0-9a-f]{8}" would hit 7 of 22 pods in namespace blast-radius: Deployment blast-radius\/front 7 of 7 \(100 %\); on nodes main-1 \(\d\), main-2 \(\d\)/,
		);
		await stack.configure("limit", "5");
		const over = await stack.run("up");
		expect(over.status).not.toBe(0);
		expect(over.output).toContain("limit.targets: 5 is less than the 7 pods that would be hit (blast-radius/front-");
		expect(changes()).toEqual([]);

		await stack.configure("limit", "10");
		await stack.ok("preview", "--save-plan", plan);
		await scale(8);
		await eventually("there is one more", async () => (await fronts()).length === 8);
		const moved = await stack.run("up", "--plan", plan);
		expect(moved.status).not.toBe(0);
		expect(moved.output).toMatch(/violates plan.*previewed/s);
		expect(changes()).toEqual([]);

		await scale(7);
		await eventually("there are as many as before", async () => (await fronts()).length === 7);
		await stack.ok("preview", "--save-plan", plan);
		await stack.ok("up", "--plan", plan);
		const cut = (await fronts()).filter(isHit);
		expect(cut).toHaveLength(7);
		await stack.ok("up", "--expect-no-changes");
		await stack.ok("refresh", "--expect-no-changes");
		expect(changes()[0]).toBe("create");
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
	expect(tablesLeft()).toEqual([]);
});
