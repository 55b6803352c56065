import { describe, expect, test } from "vitest";
import { checkpointOf, outputsOf } from "../../support/kubernetes-provider/checkpoint.ts";
import type { JsonObject } from "../../support/kubernetes-provider/json.ts";
import { isAutonamed, named } from "../../support/kubernetes-provider/naming.ts";
import { inputsFrom } from "../../support/kubernetes-provider/normalization.ts";
import { quantityValue } from "../../support/kubernetes-provider/quantity.ts";
import { revealed, secret, serverSpelling, withSecrets } from "../../support/kubernetes-provider/values.ts";

describe("secrets", () => {
	test("marks come back at the same places, lists as a whole", () => {
		const inputs = { spec: { token: secret("t"), plain: "p", list: [{ a: secret("x") }, { a: "y" }] } };
		const outputs = { spec: { token: "t", plain: "p", list: [{ a: "y" }, { a: "x" }], status: "s" } };
		expect(withSecrets(outputs, inputs)).toEqual({
			spec: { token: secret("t"), plain: "p", list: secret(outputs.spec.list), status: "s" },
		});
	});

	test("the data of a Secret is always secret, and a checkpoint holds none of it in plain text", () => {
		const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, stringData: { k: "planted" } };
		const live = { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { k: "cGxhbnRlZA==" } };
		const outputs = outputsOf({ live, inputs, manager: "m" }, inputs);
		expect(outputs["data"]).toEqual(secret(live.data));
		expect((outputs["__inputs"] as JsonObject)["stringData"]).toEqual(secret(inputs.stringData));
		expect(checkpointOf(outputs)).toEqual({ live, inputs, manager: "m" });
	});

	test("are taken off however deep they are", () => {
		expect(revealed({ a: secret({ b: secret("c") }), d: [secret(1)] })).toEqual({ a: { b: "c" }, d: [1] });
	});
});

test("a definition's schema extensions are spelled as the server and as the SDK want them", () => {
	const typed = { apiVersion: "v1", spec: { list: [{ x_kubernetes_int_or_string: true, x_other: 1 }] } };
	const sent = { apiVersion: "v1", spec: { list: [{ "x-kubernetes-int-or-string": true, x_other: 1 }] } };
	expect(serverSpelling(typed)).toEqual(sent);
	const outputs = outputsOf({ live: sent, inputs: sent, manager: "m" }, {});
	expect(outputs["spec"]).toEqual(typed.spec);
	expect(checkpointOf(outputs).live).toEqual(sent);
});

describe("names", () => {
	const urn = "urn:pulumi:s::p::kubernetes:core/v1:ConfigMap::thing";
	const source = { urn, seed: new Uint8Array([1, 2, 3]), autonaming: undefined };
	const nameOf = (inputs: JsonObject) => (inputs["metadata"] as JsonObject)["name"];

	test("a name of its own is kept and not marked", () => {
		const inputs = { metadata: { name: "own" } };
		expect(named(inputs, undefined, source)).toEqual(inputs);
	});

	test("a made-up name begins with the resource's, is the same for one seed, and is marked", () => {
		const first = named({}, undefined, source);
		expect(nameOf(first)).toMatch(/^thing-[0-9a-f]{8}$/);
		expect(named({}, undefined, source)).toEqual(first);
		expect(nameOf(named({}, undefined, { ...source, seed: new Uint8Array([4]) }))).not.toBe(nameOf(first));
		expect(isAutonamed(first)).toBe(true);
	});

	test("without a seed two names differ", () => {
		const bare = { ...source, seed: new Uint8Array() };
		expect(nameOf(named({}, undefined, bare))).not.toBe(nameOf(named({}, undefined, bare)));
	});

	test("an update keeps the made-up name, with annotations of the program's own", () => {
		const old = named({}, undefined, source);
		const next = named({ metadata: { annotations: { mine: "1" } } }, old, { ...source, seed: new Uint8Array([9]) });
		expect(nameOf(next)).toBe(nameOf(old));
		expect(next).toMatchObject({ metadata: { annotations: { mine: "1", "pulumi.com/autonamed": "true" } } });
	});

	test("a name that was chosen is not kept when the program drops it", () => {
		const next = named({}, { metadata: { name: "chosen" } }, source);
		expect(nameOf(next)).toMatch(/^thing-/);
	});

	test("the engine's own naming rules hold", () => {
		const proposed = named({}, undefined, { ...source, autonaming: { mode: "enforce", proposed: "as-told" } });
		expect(nameOf(proposed)).toBe("as-told");
		const forbidden = { ...source, autonaming: { mode: "disable", proposed: "" } } as const;
		expect(() => named({}, undefined, forbidden)).toThrow("autonaming is disabled in this project: set metadata.name");
	});
});

test("an import takes what a program could say", () => {
	const live = {
		kind: "ConfigMap",
		metadata: { name: "a", uid: "u", managedFields: [] },
		data: { k: "v" },
		status: {},
	};
	expect(inputsFrom(live)).toEqual({ kind: "ConfigMap", metadata: { name: "a" }, data: { k: "v" } });
});

test.each([
	["1", 1],
	["500m", 0.5],
	["64Mi", 64 * 1024 ** 2],
	["2e3", 2000],
	["1.5Gi", 1.5 * 1024 ** 3],
	["-1", -1],
	["text", undefined],
	["1Xi", undefined],
	["", undefined],
])("the quantity %j is %j", (text, value) => {
	expect(quantityValue(text)).toBe(value);
});
