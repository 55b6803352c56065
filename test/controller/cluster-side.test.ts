import { beforeEach, expect, it } from "vitest";
import type { ClusterInjector } from "../../api/cluster-injector.ts";
import { ClusterSide } from "../../controller/cluster-side.ts";
import type { RecoverItem } from "../../controller/world.ts";
import { podClusterInjector } from "../../faults/pod/cluster.ts";
import type { Pod } from "../../selection/pod.ts";
import { OnePod, view } from "../faults/pod/pods.ts";

const target = { namespace: "shop", pod: "web-0", podUid: "uid-web" };
const item: RecoverItem = { id: "0000000000000001", experiment: "uid-one", kind: "PodChaos", target };
const inject = { ...item, target: { ...target, containers: [] }, expiresInMs: 1000 };
const failure = { ...inject, instruction: { action: "pod-failure" } };

let pods: OnePod;
let side: ClusterSide;

beforeEach(() => {
	pods = new OnePod(view({ web: "web:1" }));
	const cached = () => pods.pod as Pod | undefined;
	side = new ClusterSide({
		api: pods,
		injectors: new Map([["PodChaos", podClusterInjector as ClusterInjector<unknown>]]),
		cache: { get: cached, all: () => [cached()].flatMap((pod) => pod ?? []) },
		patienceMs: 200,
	});
});

/** The kubelet has come round, and the cache hears of it. */
function restarted(): void {
	pods.restartContainers();
	side.podChanged(pods.pod as Pod, undefined);
}

it("ends an injection only when the pod shows it", async () => {
	const ended = side.inject("n", [failure]);
	expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50, "waits"))])).toBe("waits");
	expect(side.observed(item)).toMatchObject({ status: "lost" });
	restarted();
	expect(await ended).toEqual([{ id: item.id, experiment: "uid-one", status: "injected" }]);
	expect(side.observed(item)).toMatchObject({ status: "injected" });
	expect([...side.held()]).toEqual([{ node: "", ...item }]);
});

it("ends a recovery only when the failing containers have stopped", async () => {
	const injected = side.inject("n", [failure]);
	await new Promise(setImmediate);
	restarted();
	await injected;
	const ended = side.recover("n", [item]);
	expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50, "waits"))])).toBe("waits");
	restarted();
	expect(await ended).toEqual([{ id: item.id, experiment: "uid-one", status: "recovered" }]);
	expect([...side.held()]).toEqual([]);
	// Nothing is owed to a pod that holds nothing.
	expect(side.observed(item)).toBe("absent");
});

it("waits for the cache to know of a recovery", async () => {
	const injected = side.inject("n", [failure]);
	await new Promise(setImmediate);
	restarted();
	await injected;
	let stale: Pod | undefined = structuredClone(pods.pod) as Pod;
	const lagging = new ClusterSide({
		api: pods,
		injectors: new Map([["PodChaos", podClusterInjector as ClusterInjector<unknown>]]),
		cache: { get: () => stale ?? (pods.pod as Pod), all: () => [] },
	});
	const ended = lagging.recover("n", [item]);
	await new Promise(setImmediate);
	pods.restartContainers();
	lagging.podChanged(stale, undefined);
	expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50, "waits"))])).toBe("waits");
	stale = undefined;
	lagging.podChanged(pods.pod as Pod, undefined);
	expect(await ended).toMatchObject([{ status: "recovered" }]);
});

it("says what a kubelet does not do in time, and goes on at the next try", async () => {
	const message =
		"pod shop/web-0 was changed, and after 0.2 s its containers still run as before; look at its events and at the kubelet of its node";
	expect(await side.inject("n", [failure])).toEqual([
		{ id: item.id, experiment: "uid-one", status: "failed", message },
	]);
	restarted();
	expect(await side.inject("n", [failure])).toMatchObject([{ status: "injected" }]);
});

it("takes a pod that is deleted meanwhile for gone", async () => {
	const ended = side.inject("n", [failure]);
	await new Promise(setImmediate);
	const before = pods.pod as Pod;
	pods.pod = undefined;
	side.podChanged(undefined, before);
	expect(await ended).toMatchObject([{ status: "target gone" }]);
	expect(await side.recover("n", [item])).toMatchObject([{ status: "recovered" }]);
	expect(side.observed(item)).toBe("unknown");
});

it("kills at once", async () => {
	const kill = { ...inject, instruction: { action: "pod-kill", gracePeriod: 0 } };
	expect(await side.inject("n", [kill])).toMatchObject([{ status: "injected" }]);
	expect(pods.pod).toBeUndefined();
});

it("refuses a kind that goes through the nodes", async () => {
	expect(await side.inject("n", [{ ...failure, kind: "NetworkChaos" }])).toMatchObject([
		{ status: "failed", message: "NetworkChaos is done by the nodes, not through the API server" },
	]);
});
