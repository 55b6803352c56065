import { expect, it } from "vitest";
import { objectName, ownerOf, scopeId } from "../../provider/identity.ts";

const stack = { organization: "acme", project: "shop", stack: "dev" };

it("keeps the same name apart by parent, type, project and stack", () => {
	const owners = [
		ownerOf(stack, "urn-a", "NetworkChaos", "cut"),
		ownerOf(stack, "urn-b", "NetworkChaos", "cut"),
		ownerOf(stack, "urn-a", "PodChaos", "cut"),
		ownerOf({ ...stack, project: "bank" }, "urn-a", "NetworkChaos", "cut"),
		ownerOf({ ...stack, stack: "prod" }, "urn-a", "NetworkChaos", "cut"),
	];
	expect(owners[0]).toBe("shop/dev/urn-a/NetworkChaos/cut");
	expect(new Set(owners.map((owner) => objectName("cut", owner))).size).toBe(owners.length);
});

it.each([
	["cut", /^cut-[0-9a-f]{8}$/],
	["Cut the Back_end!", /^cut-the-back-end-[0-9a-f]{8}$/],
	["--ü--", /^[0-9a-f]{8}$/],
	["x".repeat(100), /^x{54}-[0-9a-f]{8}$/],
	[`${"x".repeat(53)}-y`, /^x{53}-[0-9a-f]{8}$/],
])("makes a legal name of %j", (name, legal) => {
	const made = objectName(name, "owner");
	expect(made).toMatch(legal);
	expect(made.length).toBeLessThanOrEqual(63);
	expect(objectName(name, "owner")).toBe(made);
});

it("gives each stack in each cluster a scope that is the same in every run", () => {
	const dev = { context: "dev", kubeconfig: "~/.kube/config" };
	expect(scopeId(stack, dev)).toMatch(/^[0-9a-f]{16}$/);
	expect(scopeId({ ...stack }, { kubeconfig: "~/.kube/config", context: "dev" })).toBe(scopeId(stack, dev));
	const ids = [
		scopeId(stack, dev),
		scopeId(stack, { context: "prod" }),
		scopeId({ ...stack, stack: "prod" }, dev),
		scopeId({ ...stack, project: "bank" }, dev),
		scopeId({ ...stack, organization: "other" }, dev),
	];
	expect(new Set(ids).size).toBe(ids.length);
});
