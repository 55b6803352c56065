import fc from "fast-check";
import { expect, it } from "vitest";
import { convert } from "../../cli/convert.ts";
import { always, mutations, spoiled } from "../support/properties.ts";

const manifest = {
	apiVersion: "chaos-mesh.org/v1alpha1",
	kind: "PodChaos",
	metadata: { name: "kill", namespace: "shop" },
	spec: { action: "pod-kill", mode: "one", selector: { labelSelectors: { app: "back" } } },
};
const yaml = `apiVersion: chaos-mesh.org/v1alpha1
kind: PodChaos
metadata: { name: kill, namespace: shop }
spec:
  action: pod-kill
  mode: one
  selector: &back
    labelSelectors: { app: back }
`;

it("a manifest becomes a program or an error with its place, whatever it is", () => {
	const values = mutations(manifest).map((value) => JSON.stringify(value) ?? "");
	always(fc.oneof(values, spoiled(yaml)), (text) => {
		const { program, findings } = convert(text);
		const errors = findings.filter(({ level }) => level === "error");
		expect(errors.length > 0).toBe(program === undefined);
		for (const { where, text: words } of errors) expect(where !== "" && words !== "").toBe(true);
	});
});
