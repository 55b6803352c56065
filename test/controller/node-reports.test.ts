import { beforeEach, expect, it } from "vitest";
import type { Ability } from "../../api/node-report.ts";
import { ApiError } from "../../controller/api-server.ts";
import { reportNode } from "../../controller/node-reports.ts";

const path = "/apis/pulumi-chaos.io/v1alpha1/nodereports";
const able: Ability = { name: "StressChaos", able: true };
const unable: Ability = { name: "NetworkChaos/rate", able: false, why: "the kernel has no sch_tbf" };

/** What the API server holds by path, and each write. */
let objects: Map<string, unknown>;
let writes: [string, unknown][];
let answer: Ability[] | undefined;

beforeEach(() => {
	objects = new Map([["/api/v1/nodes/n1", { metadata: { uid: "uid-n1" } }]]);
	writes = [];
	answer = [able, unable];
});

const server = {
	async get<T>(where: string): Promise<T> {
		if (!objects.has(where)) throw new ApiError(404, "not found");
		return objects.get(where) as T;
	},
	async post<T>(where: string, body: unknown): Promise<T> {
		if (!objects.has("no definition")) writes.push([where, body]);
		else throw new ApiError(404, "no such resource");
		return body as T;
	},
	async patch<T>(where: string, body: unknown): Promise<T> {
		writes.push([where, body]);
		return body as T;
	},
};
const report = () => reportNode({ server, ask: async () => answer }, "n1");
const spec = { lacks: "NetworkChaos/rate", faults: [able, unable] };

const ownerReferences = [{ apiVersion: "v1", kind: "Node", name: "n1", uid: "uid-n1" }];

it("is made with its node as the owner", async () => {
	await report();
	const metadata = { name: "n1", ownerReferences };
	expect(writes).toEqual([[path, { apiVersion: "pulumi-chaos.io/v1alpha1", kind: "NodeReport", metadata, spec }]]);
});

it("is written again only when something has changed", async () => {
	objects.set(`${path}/n1`, { metadata: { name: "n1", ownerReferences }, spec });
	await report();
	expect(writes).toEqual([]);
	answer = [able];
	await report();
	expect(writes).toEqual([[`${path}/n1`, { metadata: { ownerReferences }, spec: { lacks: "", faults: [able] } }]]);
});

it("is given to the node that has the name now, so that it does not go with the one before", async () => {
	const old = [{ apiVersion: "v1", kind: "Node", name: "n1", uid: "uid-old" }];
	objects.set(`${path}/n1`, { metadata: { name: "n1", ownerReferences: old }, spec });
	await report();
	expect(writes).toEqual([[`${path}/n1`, { metadata: { ownerReferences }, spec }]]);
});

it("is left alone when its node is gone", async () => {
	objects.delete("/api/v1/nodes/n1");
	await report();
	expect(writes).toEqual([]);
});

it("is left out for a node without a daemon, and in a cluster that knows of no reports", async () => {
	answer = undefined;
	await report();
	answer = [able];
	objects.set("no definition", true);
	await report();
	expect(writes).toEqual([]);
});
