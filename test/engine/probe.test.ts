import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { OwnProbe } from "../../api/own-probe.ts";
import { root } from "../../tools/lib/paths.ts";
import type { ApiServerDouble } from "../support/api-server-double.ts";
import { EngineStage } from "../support/engine-stage.ts";
import { failing, passing } from "../support/fake-probes.ts";
import { heavy } from "../support/heavy.ts";
import type { Stack } from "../support/stack.ts";

let stage: EngineStage;
let server: ApiServerDouble;
let stack: Stack;

beforeEach(async () => {
	stage = await EngineStage.start(join(root, "test/support/programs/gate"), {
		settings: (kubeconfig) => ({ kubeconfig, url: "http://front.shop/" }),
	});
	({ server, stack } = stage);
});

afterEach(() => stage.end());

const experiments = (): number => server.cluster.objects.size;
/** The Probe in the cluster. */
const only = (): [string, OwnProbe] | undefined => [...server.cluster.probes.objects][0];

/** What the state says of the Probe. */
async function inState(): Promise<Record<string, unknown> | undefined> {
	return (await stack.resources()).find(({ outputs }) => outputs?.["kind"] === "Probe")?.outputs;
}

it("what depends on a Probe is made when that passes, everything is quiet, and destroy leaves nothing", async () => {
	await stack.ok("up");
	expect(only()?.[0]).toMatch(/^default\/front-answers-[0-9a-f]{8}$/);
	expect([experiments(), await inState()]).toMatchObject([1, { outcome: "Passing", message: "", samples: [] }]);
	const [key, probe] = only() ?? [];
	if (key && probe) server.cluster.probes.setStatus(key, { ...passing(probe), passed: 77, failed: 2 });
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up", "--expect-no-changes");
	await stack.ok("destroy");
	expect([only(), experiments()]).toEqual([undefined, 0]);
});

it("one that fails is in the state with its words, nothing behind it is made, and the next up looks again", async () => {
	server.cluster.probes.look = (probe) => {
		probe.status = failing(probe, ["status 502, not 200-299"]);
	};
	const { status, output } = await stack.run("up");
	expect(status).not.toBe(0);
	expect(output.replaceAll(/\s+/g, " ")).toContain("does not pass: it has failed: status 502, not 200-299. It stays");
	expect([experiments(), await inState()]).toMatchObject([0, { outcome: "Failing" }]);
	const uid = only()?.[1].metadata.uid;

	server.cluster.probes.look = (probe) => {
		probe.status = passing(probe);
	};
	await stack.ok("up");
	expect(only()?.[1].metadata.uid).not.toBe(uid);
	expect([experiments(), await inState()]).toMatchObject([1, { outcome: "Passing" }]);
});

heavy("destroy removes one that has never passed", async () => {
	server.cluster.probes.look = (probe) => {
		probe.status = failing(probe, ["no rights"], "Error");
	};
	expect((await stack.run("up")).output).toContain("it could not be asked: no rights");
	await stack.ok("destroy");
	expect([only(), await stack.resources()]).toEqual([undefined, []]);
});

heavy(
	"refresh says once that it fails by now, and up that asks another question in place waits for its answer",
	async () => {
		await stack.ok("up");
		const [key = "", probe] = only() ?? [];
		if (probe) server.cluster.probes.setStatus(key, failing(probe, ["refused"]));
		const first = await stack.run("refresh", "--expect-no-changes");
		expect(first.status).not.toBe(0);
		expect(first.output).toContain(
			`Probe "${key}": it is not "Passing" but "Failing": refused; "pulumi up" looks again`,
		);
		await stack.configure("url", "http://store.shop/");
		await stack.ok("up");
		const after = only()?.[1];
		expect(after?.metadata).toMatchObject({ uid: probe?.metadata.uid, generation: 2 });
		expect(after?.spec.http?.url).toBe("http://store.shop/");
	},
);
