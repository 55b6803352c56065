import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { previewedAnnotation } from "../../api/names.ts";
import { marksOf } from "../../selection/previewed.ts";
import { root } from "../../tools/lib/paths.ts";
import type { ApiServerDouble } from "../support/api-server-double.ts";
import { EngineStage } from "../support/engine-stage.ts";
import { ownedPod } from "../support/fake-surroundings.ts";
import { heavy } from "../support/heavy.ts";
import type { Stack } from "../support/stack.ts";
import { said, status } from "../support/statuses.ts";

let stage: EngineStage;
let server: ApiServerDouble;
let stack: Stack;

beforeEach(async () => {
	stage = await EngineStage.start(join(root, "examples/quickstart"));
	({ server, stack } = stage);
	server.cluster.surroundings.pods = [pod("front-1"), pod("back-1")];
});

afterEach(() => stage.end());

const pod = (name: string): ReturnType<typeof ownedPod> => ownedPod(name, { namespace: "shop" });
const line =
	/NetworkChaos "default\/front-without-back-[0-9a-f]{8}" would hit 2 of 2 pods in namespace shop: Deployment shop\/back 1 of 1 \(100 %\), Deployment shop\/front 1 of 1 \(100 %\); on node n1 \(2\); in zone a \(2\)/;

it("says whom it would hit; a plan holds that, and whoever is there more by then is not hit", async () => {
	const plan = join(stage.folder, "plan.json");
	expect((await stack.ok("preview", "--save-plan", plan)).output).toMatch(line);

	server.cluster.surroundings.pods.push(pod("front-2"));
	const refused = await stack.run("up", "--plan", plan);
	expect(refused.status).not.toBe(0);
	expect(refused.output).toMatch(/violates plan.*previewed/s);
	expect(server.cluster.objects.size).toBe(0);

	server.cluster.surroundings.pods.pop();
	await stack.ok("up", "--plan", plan);
	server.cluster.surroundings.pods.push(pod("front-2"));
	await stack.ok("up", "--expect-no-changes");
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("destroy");
});

it("fails when nobody is there, before anything is asked of the cluster but who is there", async () => {
	server.cluster.surroundings.pods = [pod("back-1")];
	const { status, output } = await stack.run("preview");
	expect(status).not.toBe(0);
	expect(output).toContain('selector: matches no running pod: pods with label app="front" in namespace "shop"');
	expect(server.cluster.requests.filter((request) => !request.startsWith("plurals"))).toEqual([]);
});

heavy("says it too of an experiment that a drift has made anew, and a plan of that holds", async () => {
	await stack.ok("up");
	const [key = ""] = server.cluster.objects.keys();
	server.cluster.surroundings.pods = [pod("front-2"), pod("back-1")];
	server.cluster.setStatus(key, status([said("TargetGone", true, "TargetGone", "the pod is gone")]));
	await stack.ok("refresh");

	const plan = join(stage.folder, "plan.json");
	expect((await stack.ok("preview", "--save-plan", plan)).output).toMatch(line);
	server.cluster.surroundings.pods.push(pod("front-3"));
	expect((await stack.run("up", "--plan", plan)).output).toMatch(/violates plan.*previewed/s);
	server.cluster.surroundings.pods.pop();
	await stack.ok("up", "--plan", plan);
	const marks = server.cluster.objects.get(key)?.metadata.annotations?.[previewedAnnotation];
	expect(marks).toBe(marksOf(["shop/back-1", "shop/front-2"]));

	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up", "--expect-no-changes");
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("destroy");
});
