import { describe, expect, it } from "vitest";
import type { Selector } from "../../api/selector.ts";
import type { Query } from "../../controller/api-server.ts";
import { listNodes, listPods } from "../../controller/listing.ts";
import { pod } from "./pods.ts";

/** An API server that answers with these pages, one after the other, and tells what it was asked. */
function server(...pages: object[][]) {
	const asked: { path: string; query: Query }[] = [];
	const get = async <T>(path: string, query: Query = {}): Promise<T> => {
		const items = pages[asked.push({ path, query }) - 1] ?? [];
		return { metadata: asked.length < pages.length ? { continue: `page-${asked.length}` } : {}, items } as T;
	};
	return { get, asked };
}

describe("pods are asked for", () => {
	it.each<[string, Selector, string | undefined, string | undefined]>([
		["without a filter", {}, undefined, undefined],
		["by labels", { labelSelectors: { app: "web", tier: "" } }, "app=web,tier=", undefined],
		[
			"by labels and expressions",
			{
				labelSelectors: { app: "web" },
				expressionSelectors: [
					{ key: "a", operator: "In", values: ["1", ""] },
					{ key: "b", operator: "NotIn", values: ["2"] },
					{ key: "c", operator: "Exists" },
					{ key: "d", operator: "DoesNotExist" },
				],
			},
			"app=web,a in (1,),b notin (2),c,!d",
			undefined,
		],
		[
			"by fields, with what the syntax is made of escaped",
			{ fieldSelectors: { "status.podIP": "10.0.0.1", "spec.nodeName": "a,b=c\\d" } },
			undefined,
			"status.podIP=10.0.0.1,spec.nodeName=a\\,b\\=c\\\\d",
		],
		[
			"without a filter when they are named",
			{ pods: { shop: ["a"] }, labelSelectors: { app: "web" }, fieldSelectors: { "status.phase": "Running" } },
			undefined,
			undefined,
		],
	])("%s", async (_what, selector, labelSelector, fieldSelector) => {
		const { get, asked } = server([]);
		await listPods({ get }, "shop", selector);
		expect(asked).toMatchObject([
			{ path: "/api/v1/namespaces/shop/pods", query: { limit: 500, labelSelector, fieldSelector } },
		]);
	});

	it("page by page", async () => {
		const { get, asked } = server([pod("a")], [pod("b")], [pod("c")]);
		const pods = await listPods({ get }, "shop", { labelSelectors: { app: "web" } });
		expect(pods.map(({ metadata }) => metadata.name)).toEqual(["a", "b", "c"]);
		expect(asked.map(({ query }) => [query["continue"], query["labelSelector"]])).toEqual([
			[undefined, "app=web"],
			["page-1", "app=web"],
			["page-2", "app=web"],
		]);
	});
});

describe("annotations", () => {
	const annotated = [
		pod("a", { metadata: { annotations: { team: "x", extra: "y" } } }),
		pod("b", { metadata: { annotations: { team: "z" } } }),
		pod("c"),
	];
	const found = async (selector: Selector) =>
		(await listPods(server(annotated), "shop", selector)).map(({ metadata }) => metadata);

	it("are filtered by, and not kept", async () => {
		const [only, ...others] = await found({ annotationSelectors: { team: "x" } });
		expect(only?.name).toBe("a");
		expect(only?.annotations).toBeUndefined();
		expect(others).toEqual([]);
	});

	it("are not looked at when pods are named", async () => {
		expect(await found({ annotationSelectors: { team: "x" }, pods: { shop: ["c"] } })).toHaveLength(3);
	});
});

it("asks for the nodes with all labels", async () => {
	const { get, asked } = server([{ metadata: { name: "n1" } }], [{ metadata: { name: "n2" } }]);
	expect(await listNodes({ get }, { zone: "a", disk: "ssd" })).toEqual(["n1", "n2"]);
	expect(asked[0]).toMatchObject({ path: "/api/v1/nodes", query: { labelSelector: "zone=a,disk=ssd" } });
});
