import { expect, it } from "vitest";
import { additions } from "../../../controller/admission/json-patch.ts";

it.each<[string, unknown, unknown, unknown[]]>([
	["nothing", { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
	["a field", { a: 1 }, { a: 1, b: { c: 2 } }, [{ op: "add", path: "/spec/b", value: { c: 2 } }]],
	["a value", { a: { b: "x" } }, { a: { b: "y" } }, [{ op: "replace", path: "/spec/a/b", value: "y" }]],
	["an item", { a: ["x", "y"] }, { a: ["x", "z"] }, [{ op: "replace", path: "/spec/a/1", value: "z" }]],
	["a list that grows", { a: [] }, { a: ["x"] }, [{ op: "replace", path: "/spec/a", value: ["x"] }]],
	["a null that stands for nothing", { a: null }, { a: ["x"] }, [{ op: "replace", path: "/spec/a", value: ["x"] }]],
	["a key with a slash", { m: {} }, { m: { "a/b~c": 1 } }, [{ op: "add", path: "/spec/m/a~1b~0c", value: 1 }]],
])("says what is added: %s", (_, before, after, steps) => {
	expect(additions(before, after, "/spec")).toEqual(steps);
});
