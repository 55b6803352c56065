import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../provider/cluster/cluster.ts";
import type { Unchecked } from "../../provider/lifecycle/check.ts";
import { unknownValue } from "../../provider/lifecycle/engine-protocol.ts";
import type { ProbeInputs, ProbeState } from "../../provider/lifecycle/probe/state.ts";
import { failing } from "../support/fake-probes.ts";
import { reference, World } from "./world.ts";

const key = "default/front-1a2b3c4d";
const title = `Probe "${key}"`;
const owner = "shop/dev/urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev/Probe/front";
const spec = { type: "http", http: { url: "http://front.shop/" } };

function inputs(more: Partial<ProbeInputs> = {}): ProbeInputs {
	return {
		kind: "Probe",
		name: "front-1a2b3c4d",
		namespace: "default",
		owner,
		scope: "0123456789abcdef",
		cluster: reference,
		waitTimeout: "1s",
		outcome: "Passing",
		spec,
		...more,
	};
}

let world: World;
beforeEach(() => {
	world = new World();
});

const life = () => world.handlers.probe;
const probes = () => world.cluster.probes;

/** How a promise has failed. */
async function failure(promise: Promise<unknown>): Promise<Error & { properties?: ProbeState; id?: string }> {
	return promise.then(
		() => Promise.reject(new Error("it did not fail")),
		(error: Error) => error,
	);
}

describe("check", () => {
	const checked = async (news: Unchecked<ProbeInputs>, olds?: Unchecked<ProbeInputs>) => life().check(olds, news);

	it("fills in defaults, wants it to pass, and keeps the name of the object", async () => {
		const { waitTimeout: _, namespace: __, outcome: ___, ...bare } = inputs();
		expect(await checked(bare, { name: "front-old" })).toEqual({
			inputs: inputs({ name: "front-old", waitTimeout: "5m" }),
			failures: [],
		});
	});

	it("names what is wrong", async () => {
		const news = { ...inputs(), waitTimeout: "x", triggers: 1, spec: { type: "http", tolerance: -1 } };
		const { failures } = await checked(news);
		expect(failures.map(({ property }) => property)).toEqual(["tolerance", "http", "triggers", "waitTimeout"]);
		expect(failures[1]?.reason).toBe('http: missing; type "http" needs it');
	});

	it("lets pass what is not known yet", async () => {
		const news = { ...inputs(), spec: { type: "http", http: { url: unknownValue } }, triggers: [unknownValue] };
		expect((await checked(news)).failures).toEqual([]);
	});
});

describe("create", () => {
	it("makes the object, and returns when it passes", async () => {
		probes().look = () => undefined;
		setTimeout(() => probes().setStatus(key, {}), 30);
		const { id, outs } = await life().create(inputs());
		expect([id, outs]).toEqual([key, { ...inputs(), uid: "probe-1", message: "", samples: [] }]);
		expect(probes().objects.get(key)).toMatchObject({
			apiVersion: "pulumi-chaos.io/v1alpha1",
			metadata: {
				labels: { "pulumi-chaos.io/scope": "0123456789abcdef" },
				annotations: { "pulumi-chaos.io/owner": owner },
			},
			spec,
		});
	});

	it.each([
		["Failing", "it has failed 2 times in a row: status 502, not 200-299"],
		["Error", "it could not be asked 2 times in a row: status 502, not 200-299"],
	] as const)("fails early in its words when it is %s, and leaves it in the state", async (outcome, words) => {
		probes().look = (probe) => {
			probe.status = failing(probe, ["no answer within 1s", "status 502, not 200-299"], outcome);
		};
		const error = await failure(life().create(inputs({ waitTimeout: "1m" })));
		expect(error.message).toBe(
			`${title} does not pass: ${words}. It stays in the state; "pulumi up" looks again, "pulumi destroy" removes it`,
		);
		expect([error.id, error.properties]).toMatchObject([
			key,
			{ outcome, message: "status 502, not 200-299", samples: ["no answer within 1s", "status 502, not 200-299"] },
		]);
	});

	it("gives up when nobody looks, and when it is not decided in time", async () => {
		probes().look = () => undefined;
		const quick = inputs({ spec: { ...spec, timeout: "30ms" }, waitTimeout: "1m" });
		expect((await failure(life().create(quick))).message).toContain("the controller has not answered for 150ms; is it");
		probes().remove(key);
		probes().look = (probe) => {
			const { outcome: _, ...status } = failing(probe, ["refused"]);
			probe.status = status;
		};
		const late = await failure(life().create(inputs({ waitTimeout: "100ms" })));
		expect(late.message).toContain("its last look was not the last that may fail (refused) after 100ms");
		expect(late.properties).not.toHaveProperty("outcome");
	});

	it("takes up what is its own, and refuses what is somebody else's", async () => {
		await life().create(inputs());
		expect((await life().create(inputs())).outs).toMatchObject({ uid: "probe-1" });
		const error = await failure(life().create(inputs({ owner: "other" })));
		expect(error.message).toContain(`belongs to the Pulumi resource "${owner}", not to "other"; delete it where`);
		expect(error.message).toContain("delete probes front-1a2b3c4d");
	});

	it("says what lacks", async () => {
		world.cluster.failures.set("create probes", new ApiError(404, "the server could not find the requested resource"));
		expect((await failure(life().create(inputs()))).message).toContain(
			"the CRDs of pulumi-chaos.io/v1alpha1 are not installed",
		);
	});

	it("takes back what it made when it is interrupted", async () => {
		probes().look = () => void setTimeout(() => void world.interrupts.interrupt(), 10);
		const error = await failure(life().create(inputs()));
		expect([error.message, probes().objects.size]).toEqual([`interrupted: ${title} was taken back`, 0]);
	});
});

describe("once it is there", () => {
	let state: ProbeState;
	beforeEach(async () => {
		state = (await life().create(inputs())).outs;
	});

	it("refresh says once that it does not pass any more, and up looks again, at once", async () => {
		const object = probes().objects.get(key);
		if (!object) throw new Error("no object");
		probes().setStatus(key, failing(object, ["refused"]));
		const read = await life().read(key, state);
		expect(read).toMatchObject({ props: { outcome: "Failing", message: "refused" }, inputs: { outcome: "Failing" } });
		const seen = read.props as ProbeState;
		expect(await life().read(key, seen)).toEqual(read);
		expect(world.said).toEqual([`${title}: it is not "Passing" but "Failing": refused; "pulumi up" looks again`]);
		expect(life().diff(key, seen, inputs())).toEqual({ changes: true });
		expect((await life().update(key, seen, inputs())).outs).toMatchObject({ uid: "probe-2", outcome: "Passing" });
	});

	it("is quiet while it passes, however often it was looked at", async () => {
		probes().setStatus(key, { passed: 99, failed: 3, samples: [{ time: "2026-01-02T00:00:00Z", outcome: "passed" }] });
		const { props } = await life().read(key, state);
		expect([props, world.said]).toEqual([state, []]);
		expect(life().diff(key, state, inputs())).toEqual({ changes: false });
	});

	it("leaves the state when somebody has deleted it", async () => {
		probes().remove(key);
		expect(await life().read(key, state)).toEqual({ id: "", props: {} });
		expect(world.said[0]).toContain('somebody deleted it; "pulumi up" makes it again');
	});

	it("asks another question in place, and waits for the answer to that one", async () => {
		const other = inputs({ spec: { ...spec, tolerance: 2 } });
		expect(life().diff(key, state, other)).toEqual({ changes: true });
		probes().look = () => void setTimeout(() => probes().setStatus(key, {}), 30);
		const { outs } = await life().update(key, state, other);
		expect([outs.uid, probes().objects.get(key)?.spec.tolerance]).toEqual(["probe-1", 2]);
		expect(probes().objects.get(key)?.metadata.generation).toBe(2);
	});

	it("has to pass once more when a trigger changes, without being touched while it does", async () => {
		const again = inputs({ triggers: ["2"] });
		expect(life().diff(key, state, again)).toEqual({ changes: true });
		const before = world.cluster.requests.length;
		expect((await life().update(key, state, again)).outs).toMatchObject({ uid: "probe-1", triggers: ["2"] });
		expect(world.cluster.requests.slice(before)).toEqual([`get probes ${key}`]);
	});

	it("is made anew in another place", () => {
		expect(life().diff(key, state, inputs({ namespace: "shop" }))).toEqual({
			changes: true,
			replaces: ["namespace"],
			deleteBeforeReplace: true,
		});
	});

	it("is deleted, which what is gone already is as well", async () => {
		await life().delete(key, state);
		await life().delete(key, state);
		expect(probes().objects.size).toBe(0);
	});

	it("goes with its Scope when a killed up has left it, and others stay", async () => {
		await life().create(inputs({ name: "other", scope: "another" }));
		const scope = { kind: "Scope", scope: "0123456789abcdef", cluster: reference, timeout: "1s" } as const;
		await world.handlers.scope.delete("x", scope);
		expect([...probes().objects.keys()]).toEqual(["default/other"]);
		world.cluster.failures.set("list probes", new ApiError(403, "no"));
		await world.handlers.scope.delete("x", scope);
	});
});
