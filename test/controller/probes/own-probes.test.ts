import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLog } from "../../../api/log.ts";
import type { OwnProbe, OwnProbeStatus } from "../../../api/own-probe.ts";
import { ApiError } from "../../../controller/api-server.ts";
import type { Answer } from "../../../controller/probes/looker.ts";
import { OwnProbes } from "../../../controller/probes/own-probes.ts";

const passed: Answer = { outcome: "passed" };
const failed: Answer = { outcome: "failed", message: "status 502, not 200-299" };
const unasked: Answer = { outcome: "error", message: "no rights" };

/** A cluster with one Probe, and the leader that looks at it. */
class Scene {
	probe: OwnProbe | undefined;
	answer: Answer = passed;
	asked: string[] = [];
	readonly written: OwnProbeStatus[] = [];
	refusals = 0;
	leader = this.#lead();

	constructor(spec: object = {}) {
		this.probe = {
			apiVersion: "pulumi-chaos.io/v1alpha1",
			kind: "Probe",
			metadata: {
				name: "front",
				namespace: "shop",
				uid: "1",
				generation: 1,
				creationTimestamp: "2026-01-01T00:00:00Z",
			},
			spec: { type: "tcp", tcp: { host: "front.shop", port: 80 }, ...spec },
		};
	}

	#lead(): OwnProbes {
		return new OwnProbes({
			ask: async ({ name, type, interval }, { metadata }) => {
				this.asked.push(`${metadata.namespace}/${name} ${type} ${interval}`);
				return this.answer;
			},
			server: {
				get: (async () => this.#read()) as never,
				put: (async (path: string, body: OwnProbe) => this.#write(path, body)) as never,
			},
			log: createLog("error", () => undefined),
		});
	}

	#read(): OwnProbe {
		if (!this.probe) throw new ApiError(404, "not found");
		return structuredClone(this.probe);
	}

	#write(path: string, body: OwnProbe): void {
		expect(path).toBe("/apis/pulumi-chaos.io/v1alpha1/namespaces/shop/probes/front/status");
		if (this.refusals-- > 0) throw new ApiError(409, "the object has been modified");
		const before = this.probe;
		if (!before || !body.status) throw new ApiError(404, "not found");
		this.written.push(body.status);
		this.probe = { ...before, status: body.status };
		this.leader.changed(this.probe, before);
	}

	/** Tells the leader of the Probe as it is now. */
	tell(before?: OwnProbe): this {
		this.leader.changed(this.probe, before);
		return this;
	}

	/** Another leader takes over. */
	async succeed(): Promise<void> {
		await this.leader.stop();
		this.leader = this.#lead();
		this.tell();
	}

	get status(): OwnProbeStatus | undefined {
		return this.probe?.status;
	}
}

let scene: Scene;
beforeEach(() => {
	vi.useFakeTimers({ now: Date.parse("2026-01-01T12:00:00Z") });
	return () => vi.useRealTimers();
});
afterEach(() => scene.leader.stop());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it("asks at once and then in its interval, and writes what has changed at once and all else seldom", async () => {
	scene = new Scene().tell();
	await pass(10);
	expect(scene.asked).toEqual(["shop/front tcp 5s"]);
	expect(scene.status).toEqual({
		observedGeneration: 1,
		outcome: "Passing",
		since: "2026-01-01T12:00:00.000Z",
		passed: 1,
		failed: 0,
		failedInRow: 0,
		samples: [{ time: "2026-01-01T12:00:00.000Z", outcome: "passed" }],
	});
	await pass(29_000);
	expect([scene.asked.length, scene.written.length]).toEqual([6, 1]);
	await pass(60_000);
	expect(scene.written.length).toBe(3);
	expect(scene.status).toMatchObject({ since: "2026-01-01T12:00:00.000Z", failed: 0 });
	expect(scene.status?.samples).toHaveLength(10);
});

it("fails only after more failures in a row than are borne, and passes again with the first pass", async () => {
	scene = new Scene({ tolerance: 1 }).tell();
	await pass(10);
	scene.answer = failed;
	await pass(5000);
	expect(scene.status?.failedInRow).toBe(0);
	await pass(3000);
	expect(scene.status).toMatchObject({ outcome: "Passing", failedInRow: 1 });
	expect(scene.status).not.toHaveProperty("message");
	await pass(2010);
	const since = "2026-01-01T12:00:10.000Z";
	expect(scene.status).toMatchObject({ outcome: "Failing", since, message: failed.message, failedInRow: 2 });
	scene.answer = unasked;
	await pass(5000);
	expect(scene.status).toMatchObject({ outcome: "Error", message: "no rights", failedInRow: 3 });
	scene.answer = passed;
	await pass(5000);
	expect(scene.status).toMatchObject({ outcome: "Passing", passed: 2, failed: 3, failedInRow: 0 });
	expect(scene.status).not.toHaveProperty("message");
});

it("says nothing of the outcome before it is decided", async () => {
	scene = new Scene({ tolerance: 2 });
	scene.answer = failed;
	scene.tell();
	await pass(10);
	expect(scene.status).toMatchObject({ failed: 1, failedInRow: 1 });
	expect(scene.status).not.toHaveProperty("outcome");
});

it("the next leader goes on from the status", async () => {
	scene = new Scene({ tolerance: 2 });
	scene.answer = failed;
	scene.tell();
	await pass(5010);
	await scene.succeed();
	await pass(5010);
	// The second look of the one before was not written yet.
	expect(scene.status).toMatchObject({ outcome: "Failing", failed: 3, failedInRow: 3 });
});

it("begins anew with another question, and goes on with the same", async () => {
	scene = new Scene().tell();
	await pass(10);
	const before = scene.probe as OwnProbe;
	scene.probe = {
		...before,
		metadata: { ...before.metadata, generation: 2 },
		spec: { ...before.spec, interval: "1s" },
	};
	scene.answer = failed;
	scene.tell(before);
	await pass(10);
	expect(scene.asked).toEqual(["shop/front tcp 5s", "shop/front tcp 1s"]);
	expect(scene.status).toMatchObject({ observedGeneration: 2, outcome: "Failing", passed: 0, failed: 1 });
	const annotated = scene.probe;
	scene.probe = { ...annotated, metadata: { ...annotated.metadata, annotations: { a: "b" } } };
	scene.tell(annotated);
	await pass(10);
	expect(scene.asked).toHaveLength(2);
});

it("asks nobody any more once it is gone, and writes nothing", async () => {
	scene = new Scene().tell();
	await pass(10);
	const before = scene.probe as OwnProbe;
	scene.probe = undefined;
	scene.answer = failed;
	scene.tell(before);
	await pass(60_000);
	expect([scene.asked.length, scene.written.length]).toEqual([1, 1]);
});

it("writes again what was refused, and nothing about an object that has taken its place", async () => {
	scene = new Scene();
	scene.refusals = 1;
	scene.tell();
	await pass(1000);
	expect(scene.status).toMatchObject({ outcome: "Passing" });
	const probe = scene.probe as OwnProbe;
	scene.probe = { ...probe, metadata: { ...probe.metadata, uid: "2" } };
	scene.answer = failed;
	await pass(10_000);
	expect(scene.written).toHaveLength(1);
});

it("does not ask what is no question, such as one with an interval of nothing", async () => {
	scene = new Scene({ interval: "0s" }).tell();
	await pass(60_000);
	expect(scene.asked).toEqual([]);
	expect(scene.status).toMatchObject({
		outcome: "Error",
		message: expect.stringMatching(/^spec\.interval: "0s" is not /),
	});
});
