import { randomBytes } from "node:crypto";
import { KubeConfig } from "@kubernetes/client-node";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { check } from "../../api/check.ts";
import { crd } from "../../api/crd.ts";
import type { Kind } from "../../api/kind.ts";
import { group, ownGroup, version } from "../../api/names.ts";
import { ownProbe, ownProbeDefinition } from "../../api/own-probe.ts";
import { describeProblems } from "../../api/problem.ts";
import { ApiServer, isStatus } from "../../controller/api-server.ts";
import { allKinds } from "../../orchestration/kinds.ts";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { broken } from "../support/broken.ts";
import { crdTwin } from "../support/crd-twin.ts";
import { eventually } from "../support/kubernetes.ts";
import { ready } from "../support/ready.ts";
import { valuesOf } from "../support/specs.ts";
import { DryRun } from "./dry-run.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
/** A group of the test's own: the definitions of the real one may be in use, and refuse what nothing can inject yet. */
const testGroup = `schema-${randomBytes(3).toString("hex")}.pulumi-chaos.io`;
/** As they will be when all of them can be injected, so that every rule is reached. */
const kinds = [...allKinds, ownProbe].map(ready);
const objectsPerKind = 120;

const server = new ApiServer(adminConfig());
const dryRun = new DryRun();

beforeAll(async () => {
	await Promise.all(
		kinds.map(async (kind) => {
			await server.post(definitions, definitionOf(kind));
			await eventually(`${kind.plural} are served`, () => server.get(objectsOf(kind)).then(Boolean, () => false));
		}),
	);
});

afterAll(async () => {
	await Promise.all(
		kinds.map(async ({ plural }) => {
			const path = `${definitions}/${plural}.${testGroup}`;
			await dryRun.delete(path);
			const gone = (error: unknown) => isStatus(error, 404);
			await eventually(`${path} is gone`, () => server.get(path).then(() => false, gone));
		}),
	);
	dryRun.close();
	server.close();
});

it.each([
	...allKinds.map((kind) => ({ plural: kind.plural, of: group, definition: crd(kind) })),
	{ plural: ownProbe.plural, of: ownGroup, definition: ownProbeDefinition() },
])("the definition of $plural is admitted without a warning", async ({ plural, of, definition }) => {
	const { status, warning, message } = await dryRun.apply(`${definitions}/${plural}.${of}`, definition);
	expect({ message, warning, admitted: status < 300 }).toEqual({ message: "", warning: undefined, admitted: true });
});

describe.each(kinds)("$kind", (kind) => {
	const specs = valuesOf(kind.spec);
	// The same objects each time, so that a failure can be looked at again; the unit tests draw new ones.
	const sample = fc.sample(fc.oneof(specs, specs.chain(broken)), { numRuns: objectsPerKind, seed: 1 });
	const twin = crdTwin(kind);

	it("is admitted exactly when check accepts it, but for what only the webhook can say", async () => {
		const verdicts = await Promise.all(sample.map((spec) => dryRun.create(objectsOf(kind), objectOf(kind, spec))));
		for (const [index, { status, message }] of verdicts.entries()) {
			const spec = sample[index];
			const refused = describeProblems(check(twin, spec));
			const both = JSON.stringify({ spec, check: refused, server: message }, null, 1);
			expect(status < 300, both).toBe(refused === "");
		}
		const admitted = verdicts.filter(({ status }) => status < 300).length;
		expect(admitted).toBeGreaterThan(objectsPerKind / 10);
		expect(admitted).toBeLessThan(objectsPerKind * 0.9);
	});
});

function adminConfig(): KubeConfig {
	const config = new KubeConfig();
	config.loadFromFile(kubeconfigPath());
	return config;
}

function definitionOf(kind: Kind): object {
	const definition = kind.kind === ownProbe.kind ? ownProbeDefinition() : crd(kind);
	const spec = { ...(definition["spec"] as object), group: testGroup };
	return { ...definition, metadata: { name: `${kind.plural}.${testGroup}` }, spec };
}

function objectsOf({ plural }: Kind): string {
	return `/apis/${testGroup}/${version}/namespaces/default/${plural}`;
}

function objectOf({ kind }: Kind, spec: unknown): object {
	return { apiVersion: `${testGroup}/${version}`, kind, metadata: { name: "dry-run" }, spec };
}
