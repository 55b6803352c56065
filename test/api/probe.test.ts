import { describe, expect, it } from "vitest";
import { check } from "../../api/check.ts";
import { crd } from "../../api/crd.ts";
import { fillDefaults } from "../../api/defaults.ts";
import { describeProblems } from "../../api/problem.ts";
import { allKinds } from "../../orchestration/kinds.ts";

const http = { name: "front", type: "http", http: { url: "http://front.shop:8080/" } };
const command = (fields: object) => ({ name: "sql", type: "command", command: { command: ["true"], ...fields } });
const object = (fields: object) => ({
	name: "web",
	type: "object",
	object: { apiVersion: "apps/v1", kind: "Deployment", name: "web", ...fields },
});
const prometheus = (criteria: object) => ({
	name: "errors",
	type: "prometheus",
	prometheus: { url: "http://prometheus:9090", query: "up", criteria },
});

const podChaos = allKinds.find(({ kind }) => kind === "PodChaos");

/** What `check` says of probes of an experiment. */
function problems(...probes: object[]): string {
	if (!podChaos) throw new Error("no PodChaos");
	return describeProblems(check(podChaos, { action: "pod-kill", mode: "one", selector: {}, probes }));
}

it.each(allKinds.filter((kind) => "traits" in kind))("$kind has probes", (kind) => {
	expect(kind.spec.fields).toHaveProperty("probes");
});

describe("accepted", () => {
	it.each([
		[http],
		[{ ...http, when: ["before"], interval: "1s", timeout: "1m", tolerance: 3 }],
		[{ ...http, http: { ...http.http, criteria: { statusCode: "204", body: { matches: "^ok( |$)" } } } }],
		[{ name: "db", type: "tcp", tcp: { host: "10.0.0.1", port: 5432 } }],
		[{ name: "db", type: "tcp", tcp: { host: "fd00::1", port: 5432 } }],
		[{ name: "api", type: "grpc", grpc: { host: "api.shop.svc.cluster.local", port: 50051, service: "shop.Api" } }],
		[command({ pod: "db-0", container: "db", exitCode: 1 })],
		[command({ labelSelectors: { app: "db" }, criteria: { atLeast: "1", atMost: "1e3" } })],
		[object({})],
		[object({ condition: "Available" })],
		[object({ field: 'metadata.labels["a.b/c"]', criteria: { equals: "x" } })],
		[object({ field: "spec.containers[0].image", criteria: { contains: "shop" } })],
		[prometheus({ lessThan: "0.05" })],
	])("%j", (probe) => {
		expect(problems(probe)).toBe("");
	});
});

describe("refused", () => {
	it.each([
		[{ ...http, name: "Front" }, 'probes[0].name: "Front" is not the name of a probe'],
		[{ name: "front", type: "http" }, 'probes[0].http: missing; type "http" needs it'],
		[{ ...http, tcp: { host: "a.b", port: 1 } }, "probes[0].tcp: {"],
		[{ ...http, type: "ping" }, 'probes[0].type: "ping" is not a known type'],
		[{ ...http, when: [] }, "probes[0].when: has 0 entries; use at least 1"],
		[{ ...http, when: ["while"] }, 'probes[0].when[0]: "while" is not one of the known when'],
		[{ ...http, interval: "500ms" }, 'probes[0].interval: "500ms" is not a duration from 1s to 1h'],
		[{ ...http, timeout: "2m" }, 'probes[0].timeout: "2m" is not a duration from 1ms to 1m'],
		[{ ...http, http: { url: "front" } }, 'probes[0].http.url: "front" is not an address of HTTP'],
		[
			{ ...http, http: { ...http.http, criteria: { body: { matches: "(" } } } },
			'probes[0].http.criteria.body.matches: "(" is not a regular expression; Invalid regular expression',
		],
		[
			{ ...http, http: { ...http.http, criteria: { body: {} } } },
			"probes[0].http.criteria.body.equals: missing; say what is right by at least one of equals, notEquals",
		],
		[command({}), "probes[0].command.pod: missing; say which pod by pod or labelSelectors"],
		[command({ pod: "a", labelSelectors: { a: "b" } }), "does not go with pod; leave one of them out"],
		[command({ pod: "a", command: [] }), "probes[0].command.command: has 0 entries; use at least 1"],
		[object({ kind: "Secret" }), 'probes[0].object.kind: "Secret" can\'t be looked at by a probe'],
		[object({ condition: "A", field: "b" }), 'probes[0].object.field: "b" does not go with condition'],
		[object({ criteria: { equals: "1" } }), "probes[0].object.field: missing; criteria need a field or a condition"],
		[object({ field: "a..b" }), 'probes[0].object.field: "a..b" is not the path of a field'],
		[prometheus({ contains: "1" }), "probes[0].prometheus.criteria.contains: is not a known field"],
		[prometheus({ lessThan: "five" }), 'probes[0].prometheus.criteria.lessThan: "five" is not a number'],
	])("%j", (probe, said) => {
		expect(problems(probe)).toContain(said);
	});

	it("two of one name", () => {
		expect(problems(http, command({ pod: "a" }), http)).toBe(
			'probes[2].name: "front" is the name of probes[0] too; give each one of its own',
		);
	});
});

it("is looked at in all parts of the experiment, every 5 s, without tolerance, when nothing is said", () => {
	if (!podChaos) throw new Error("no PodChaos");
	expect(fillDefaults(podChaos.spec, { probes: [http] }, "shop")["probes"]).toEqual([
		{
			...http,
			http: { ...http.http, method: "GET" },
			when: ["before", "during", "after"],
			interval: "5s",
			timeout: "1s",
			tolerance: 0,
		},
	]);
});

it("has no two of one name in the CRD either", () => {
	if (!podChaos) throw new Error("no PodChaos");
	expect(JSON.stringify(crd(podChaos))).toContain(
		'"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"]',
	);
});
