import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import {
	controllerClientName,
	daemonPaths,
	daemonPort,
	daemonServerName,
	type InjectItem,
} from "../../api/daemon-api.ts";
import { createLog } from "../../api/log.ts";
import { systemLabel } from "../../api/names.ts";
import { createAuthority, issue, type KeyPair } from "../../controller/certificates.ts";
import { DaemonLink } from "../../controller/daemon-link.ts";
import { Daemons } from "../../controller/daemons.ts";
import { NotLeading } from "../../controller/term.ts";
import { NodeUnavailable } from "../../controller/world.ts";
import { RateLimit } from "../../daemon/rate-limit.ts";
import { Server } from "../../daemon/server.ts";
import { DaemonDouble } from "../support/daemon-double.ts";
import { eventually } from "../support/kubernetes.ts";
import { pod } from "./pods.ts";

const address = "127.0.0.77";
let authority: KeyPair;
let client: KeyPair & { ca: string };
let double: DaemonDouble;
let link: DaemonLink;
let states: string[];
let synced: number;
let epoch: number;
let outranked: number[];

beforeAll(async () => {
	authority = await createAuthority();
	client = { ...(await issue(authority, { name: controllerClientName, usage: "client" })), ca: authority.cert };
});

async function startDouble(at = address): Promise<DaemonDouble> {
	const server = await issue(authority, { name: daemonServerName, usage: "server" });
	return DaemonDouble.start(at, { ...server, ca: authority.cert });
}

const quiet = createLog("error", () => undefined);
/** What a link that nobody listens to asks and tells. */
const leading = {
	epoch: () => 5,
	leaseMs: 60_000,
	onOutranked: () => undefined,
	onState: () => undefined,
	onSynced: () => undefined,
};

beforeEach(async () => {
	double = await startDouble();
	states = [];
	synced = 0;
	epoch = 5;
	outranked = [];
	link = new DaemonLink(address, () => client, quiet, {
		epoch: () => epoch,
		leaseMs: 1500,
		onOutranked: (by) => outranked.push(by),
		onState: ({ id, status }) => states.push(`${id} ${status}`),
		onSynced: () => synced++,
	});
	await eventually("the link is synced", () => synced === 1, 5);
});
afterEach(async () => {
	await link.close();
	await double.stop();
});
afterAll(() => undefined);

const item = (id: string, instruction: unknown = {}): InjectItem => ({
	id,
	experiment: "e",
	kind: "NetworkChaos",
	target: { namespace: "shop", pod: id, podUid: id, containers: [] },
	instruction,
	expiresInMs: 1000,
});

it("knows what the daemon holds, by its answers and by its stream", async () => {
	expect(link.observed("a")).toBe("absent");
	await link.inject([item("a"), item("b")]);
	expect(link.observed("a")).toMatchObject({ status: "injected" });
	double.lose("b", "gone");
	await eventually("the loss", () => states.includes("b lost"), 5);
	expect(link.observed("b")).toMatchObject({ status: "lost", message: "gone" });
	await link.recover(["a", "b"]);
	expect([link.observed("a"), link.observed("b")]).toEqual(["absent", "absent"]);
	expect([...link.held()]).toEqual([]);
});

it("sends what belongs to one node in one call, and only very large batches in parts", async () => {
	await link.inject(Array.from({ length: 300 }, (_, index) => item(`i${index}`)));
	expect(double.calls.map(({ ids }) => ids.length)).toEqual([300]);
	const large = "x".repeat(600_000);
	const results = await link.inject([item("l1", large), item("l2", large), item("l3")]);
	expect(results.map(({ id }) => id)).toEqual(["l1", "l2", "l3"]);
	expect(double.calls.slice(1).map(({ ids }) => ids)).toEqual([["l1"], ["l2", "l3"]]);
});

it("takes the daemon's word anew after the connection broke", async () => {
	await link.inject([item("a"), item("b")]);
	double.held.delete("a");
	double.disconnect();
	await eventually("the link is synced again", () => synced === 2, 5);
	expect(link.observed("a")).toBe("absent");
	expect(link.observed("b")).toMatchObject({ status: "injected" });
	await link.inject([item("c")]);
	expect(double.ids(daemonPaths.inject)).toEqual(["a", "b", "c"]);
});

it("says nothing of what it can't know while the daemon is away, and fails calls", async () => {
	await link.inject([item("a")]);
	await double.stop();
	await eventually("the link is down", () => link.observed("zzz") === "unknown", 5);
	await expect(link.recover(["a"])).rejects.toThrow(NodeUnavailable);
	await expect(link.recover(["a"])).rejects.toThrow(/https:\/\/127\.0\.0\.77:31767: .*ECONNREFUSED/);
	double = await startDouble();
	await eventually("the link is synced again", () => synced === 2, 10);
	expect(link.observed("a")).toBe("absent");
});

it("fails a call whose connection breaks meanwhile, as one without an answer", async () => {
	double.gate = new Promise(() => undefined);
	const call = link.inject([item("a")]);
	await eventually("the call is there", () => double.calls.length === 1, 5);
	double.disconnect();
	await expect(call).rejects.toThrow(NodeUnavailable);
});

it("says in which term it calls, and tells of a later one that the daemon has heard of", async () => {
	await link.inject([item("a")]);
	expect(double.calls.map((call) => call.epoch)).toEqual([5]);
	double.epoch = 8;
	await expect(link.recover(["a"])).rejects.toThrow("the daemon answered 409: epoch 8 has called since");
	expect(outranked).toEqual([8]);
	expect([...double.held.keys()]).toEqual(["a"]);
});

it("renews the lease of the node at a third of it, also after failures, and with each batch of faults", async () => {
	await eventually("three renewals", () => double.leases.length >= 3, 5);
	expect(new Set(double.leases)).toEqual(new Set([1500]));
	await double.stop();
	double = await startDouble();
	await eventually("it is renewed again", () => double.leases.length >= 2, 5);
	await link.close();
	double.leases.length = 0;
	link = new DaemonLink(address, () => client, quiet, { ...leading, leaseMs: 3_600_000 });
	await eventually("it is renewed at once", () => double.leases.length === 1, 5);
	await link.inject([item("a")]);
	expect(double.leases).toEqual([3_600_000, 3_600_000]);
});

it("makes no call when its owner leads no more", async () => {
	const idle = new DaemonLink(address, () => client, quiet, {
		...leading,
		epoch: () => {
			throw new NotLeading();
		},
	});
	await expect(idle.inject([item("a")])).rejects.toThrow(NotLeading);
	expect(double.calls).toEqual([]);
	await idle.close();
});

it("tells a daemon that refuses from one that does not answer", async () => {
	double.onInject = () => {
		throw new Error("does not reach the client");
	};
	await expect(link.inject([item("a")])).rejects.toThrow(NodeUnavailable);
	const stranger = { ...(await issue(authority, { name: "somebody.else", usage: "client" })), ca: authority.cert };
	const other = new DaemonLink(address, () => stranger, quiet, leading);
	const refused = await other.recover(["a"]).catch((error: unknown) => error);
	expect(refused).not.toBeInstanceOf(NodeUnavailable);
	expect(refused).toMatchObject({ message: "the daemon answered 403: DNS:somebody.else may not call" });
	await other.close();
});

it("takes a daemon that has too much to do for one that does not answer", async () => {
	const { cert, key } = await issue(authority, { name: daemonServerName, usage: "server" });
	const credentials = { ca: Buffer.from(authority.cert), cert: Buffer.from(cert), key: Buffer.from(key) };
	const limit = new RateLimit({ perSecond: 1, burst: 0 });
	const at = { port: daemonPort, host: "127.0.0.79" };
	const server = new Server({ credentials, routes: () => () => undefined, log: quiet, limit, ...at });
	await server.listen();
	const busy = new DaemonLink(at.host, () => client, quiet, leading);
	const refused = await busy.inject([item("a")]).catch((error: unknown) => error);
	expect(refused).toBeInstanceOf(NodeUnavailable);
	expect(refused).toMatchObject({ message: expect.stringContaining("the daemon answered 429: too many requests") });
	await busy.close();
	await server.stop();
});

it("does not speak to a server that is not the daemon", async () => {
	await link.close();
	await double.stop();
	const impostor = await issue(authority, { name: controllerClientName, usage: "server" });
	double = await DaemonDouble.start(address, { ...impostor, ca: authority.cert });
	link = new DaemonLink(address, () => client, quiet, leading);
	await expect(link.recover(["a"])).rejects.toThrow(/does not match certificate's altnames/);
	expect(double.calls).toEqual([]);
});

it("is found by the daemon's pod, follows it to another address, and ends with it", async () => {
	await link.close();
	const daemons = new Daemons({
		namespace: "chaos",
		tls: () => client,
		log: quiet,
		...leading,
	});
	const ready = (ip: string, is = "True", uid = "d") =>
		pod("daemon", {
			metadata: { namespace: "chaos", uid, labels: { [systemLabel]: "daemon" } },
			spec: { nodeName: "n1" },
			status: { podIPs: [{ ip }], conditions: [{ type: "Ready", status: is }] },
		});
	const recover = () =>
		daemons.recover("n1", [{ id: "a" }]).then(
			() => "ok",
			(error: Error) => error.message,
		);
	const nobody = `no chaos daemon is ready on node n1; look at kubectl get pods -n chaos -l ${systemLabel}=daemon -o wide`;
	expect(await recover()).toBe(nobody);
	daemons.podChanged(ready(address, "False"), undefined);
	expect(await recover()).toBe(nobody);
	daemons.podChanged(ready(address), ready(address, "False"));
	expect(await recover()).toBe("ok");
	// The pod of a daemon that is updated: the old one goes, the new one has another address.
	const second = await startDouble("127.0.0.78");
	daemons.podChanged(ready("127.0.0.78", "True", "e"), undefined);
	daemons.podChanged(undefined, ready(address));
	expect(await recover()).toBe("ok");
	expect(second.calls).toHaveLength(1);
	daemons.podChanged(undefined, ready("127.0.0.78", "True", "e"));
	expect(await recover()).toBe(nobody);
	await daemons.close();
	await second.stop();
});
