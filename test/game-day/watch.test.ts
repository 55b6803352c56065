import { afterEach, expect, it } from "vitest";
import { ownerAnnotation, scopeLabel } from "../../api/names.ts";
import { Watch } from "../../game-day/watch.ts";
import { ApiError } from "../../provider/cluster/cluster.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { injected, said, status } from "../support/statuses.ts";

const cluster = new FakeCluster();
const scope = { scope: "1a2b", cluster: { kubeconfig: "k" } };
let watch = new Watch(() => cluster);
afterEach(() => {
	watch.stop();
	watch = new Watch(() => cluster);
	cluster.objects.clear();
	cluster.failures.clear();
	cluster.requests.length = 0;
});

const soon = (): AbortSignal => AbortSignal.timeout(5000);

function add(name: string, scopeOf = "1a2b"): string {
	const metadata = { name, labels: { [scopeLabel]: scopeOf }, annotations: { [ownerAnnotation]: `owner of ${name}` } };
	cluster.add({ apiVersion: "", kind: "NetworkChaos", metadata, spec: {} });
	return `default/${name}`;
}

it("knows what an experiment was like last, also when it is gone, and whether all targets were hit at some time", async () => {
	watch.follow(scope, "NetworkChaos");
	watch.follow(scope, "NetworkChaos");
	const key = add("cut");
	add("foreign", "3c4d");
	const seen = () => watch.seen.get("owner of cut");
	expect(await watch.until(() => seen() !== undefined, soon())).toBe(true);
	expect(seen()).toMatchObject({ injected: false, present: true });
	const object = cluster.objects.get(key);
	cluster.setStatus(key, (object && injected(object)) ?? status([]));
	expect(await watch.until(() => seen()?.injected === true, soon())).toBe(true);
	cluster.setStatus(key, status([said("AllInjected", false, "Recovering")]));
	expect(await watch.until(() => seen()?.latest.status?.conditions?.[0]?.status === "False", soon())).toBe(true);
	expect(watch.left()).toHaveLength(1);
	cluster.letGo(key);
	expect(await watch.until(() => watch.left().length === 0, soon())).toBe(true);
	expect(seen()).toMatchObject({ present: false, injected: true, latest: { metadata: { name: "cut" } } });
	expect([...watch.seen.keys()]).toEqual(["owner of cut"]);
	expect(cluster.requests.filter((request) => request.startsWith("follow"))).toHaveLength(1);
});

it("begins anew with an experiment that was made anew", async () => {
	watch.follow(scope, "NetworkChaos");
	const key = add("cut");
	const object = cluster.objects.get(key);
	cluster.setStatus(key, (object && injected(object)) ?? status([]));
	await watch.until(() => watch.seen.get("owner of cut")?.injected === true, soon());
	cluster.letGo(key);
	add("cut");
	await watch.until(() => watch.seen.get("owner of cut")?.injected === false, soon());
	expect(watch.left()).toHaveLength(1);
});

it("says what it can't follow", async () => {
	cluster.failures.set("follow", new ApiError(403, "no rights"));
	watch.follow(scope, "NetworkChaos");
	expect(await watch.until(() => watch.problem !== undefined, soon())).toBe(true);
	expect(watch.problem).toBe("networkchaos can't be followed: no rights");
});

it("waits no longer than the signal lets it", async () => {
	expect(await watch.until(() => false, AbortSignal.timeout(10))).toBe(false);
	expect(await watch.until(() => false, AbortSignal.abort())).toBe(false);
});
