import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { crd } from "../../api/crd.ts";
import { apiVersion, group } from "../../api/names.ts";
import { isStatus } from "../../controller/api-server.ts";
import { ioChaos } from "../../faults/io/spec.ts";
import { root } from "../../tools/lib/paths.ts";
import { eventually } from "../support/kubernetes.ts";
import { kubectl } from "./kubectl.ts";
import { Stage } from "./stage.ts";
import { installWebhooks } from "./webhooks.ts";

const stage = new Stage();

beforeAll(async () => {
	await stage.open(0);
	await installWebhooks(stage);
});
afterAll(() => stage.close());

interface Manifest {
	apiVersion: string;
	kind: string;
	metadata: { name: string };
	spec: object;
}

/** What the API server would make of an object in the stage's namespace. */
function tried(manifest: Manifest): Promise<string> {
	const placed = { ...manifest, metadata: { ...manifest.metadata, namespace: stage.shop } };
	return kubectl(["apply", "--server-side", "--dry-run=server", "-f", "-"], JSON.stringify(placed));
}

/** Every object of ours that a page shows as YAML, by its page and number there. */
const shown = ["README.md", ...globSync("docs/**/*.md", { cwd: root })].flatMap((page) => {
	const blocks = [...readFileSync(join(root, page), "utf8").matchAll(/```yaml\n(.*?)```/gs)];
	return blocks
		.flatMap(([, text = ""]) => parseAllDocuments(text).map((document) => document.toJS() as Manifest))
		.filter((manifest) => manifest.apiVersion === apiVersion)
		.map((manifest, index): [string, Manifest] => [`${page} ${index + 1}`, manifest]);
});

describe("kubectl, without a warning", () => {
	it("applies all definitions by one command", async () => {
		const said = await kubectl(["apply", "--server-side", "--dry-run=server", "-f", "crds/"]);
		expect(said.trim().split("\n")).toHaveLength(globSync("crds/*.yaml", { cwd: root }).length);
	});

	it.each(shown)("applies the example of %s", async (_, manifest) => {
		expect(await tried(manifest)).toContain(`/${manifest.metadata.name} serverside-applied (server dry run)`);
	});

	it("finds an example on the page of every kind", () => {
		const pages = shown.map(([name]) => name.replace(/ \d+$/, ""));
		for (const page of ["README.md", "docs/convert.md", "docs/faults/network-chaos.md", "docs/faults/pod-chaos.md"]) {
			expect(pages).toContain(page);
		}
	});
});

describe("what nothing runs yet is refused in one sentence", () => {
	it("a kind", async () => {
		const { plural, kind } = ioChaos;
		const definition = { ...crd(ioChaos), metadata: { name: `${plural}.${group}` } };
		await stage.make("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition).catch((error: unknown) => {
			if (!isStatus(error, 409)) throw error;
		});
		await eventually(`${kind} is served`, () =>
			stage.server.get(`/apis/${apiVersion}/${plural}`).then(Boolean, () => false),
		);
		const spec = { action: "latency", mode: "all", selector: {}, volumePath: "/data", delay: "10ms" };
		await expect(tried({ apiVersion, kind, metadata: { name: "slow" }, spec })).rejects.toThrow(
			"IOChaos can't be run by this version of pulumi-chaos yet",
		);
	});
});
