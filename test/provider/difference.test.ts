import { expect, it } from "vitest";
import type { ExperimentState } from "../../provider/lifecycle/state.ts";
import { inputs, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";

/** Inputs with one probe, which sends a secret. */
function asking(more: object = {}, probe: object = {}) {
	const http = { url: "http://front", headers: { "X-Token": ["hunter2"] }, body: "hunter3", ...more };
	const probes = [{ name: "front", type: "http", http, ...probe }];
	return inputs({ spec: { ...inputs().spec, probes } });
}

/** What refresh and a takeover say of an object whose probes are these. */
async function messages(there: unknown): Promise<string[]> {
	const world = new World();
	const { outs } = await world.handlers.experiment.create(asking());
	const object = world.cluster.objects.get(key);
	if (!object) throw new Error("there is no object");
	object.spec = { ...object.spec, probes: there as never };
	const { props } = await world.handlers.experiment.read(key, outs);
	const adopting = { ...asking(), adopt: true, name: "cut-1a2b3c4d" };
	const refused = await world.handlers.experiment.create(adopting).then(
		() => new Error("it was not refused"),
		(error: Error) => error,
	);
	return [(props as ExperimentState).message, refused.message];
}

const probesOf = (...args: Parameters<typeof asking>) => asking(...args).spec["probes"] as unknown[];

it.each<[string, unknown, string]>([
	["a value of a header", probesOf({ headers: { "X-Token": ["hunter4"] } }), 'probes[0].http.headers["X-Token"]'],
	["a header", probesOf({ headers: undefined }), "probes[0].http.headers"],
	["a body", probesOf({ body: "hunter4" }), "probes[0].http.body"],
	["the whole request", probesOf({}, { http: undefined, type: "tcp" }), "probes[0].http"],
	["the number of probes", [...probesOf(), ...probesOf({}, { name: "back" })], "probes"],
	["that there are any", undefined, "probes"],
])("of probes %s is named when it differs, and what it is is not said", async (_, there, path) => {
	const [edited, refused] = await messages(there);
	expect(edited).toContain(`${path} is not what it should be`);
	expect(refused).toContain(`${path} is not the same there and here`);
	expect(`${edited}${refused}`).not.toMatch(/hunter/);
});

it("of probes other single values are said", async () => {
	const [edited] = await messages(probesOf({ url: "http://back" }));
	expect(edited).toBe('somebody has edited it: probes[0].http.url is "http://back" and should be "http://front"');
});
