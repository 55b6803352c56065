import { expect, it } from "vitest";
import { injectionId } from "../../api/injection-id.ts";

it("is the same for the same target, and another for any other", () => {
	expect(injectionId("e1", ".", "p1")).toMatch(/^[0-9a-f]{16}$/);
	const ids = [
		injectionId("e1", ".", "p1"),
		injectionId("e1", ".", "p1"),
		injectionId("e2", ".", "p1"),
		injectionId("e1", ".Target", "p1"),
		injectionId("e1", ".", "p2"),
	];
	expect(new Set(ids).size).toBe(4);
});
