import { describe, expect, it } from "vitest";
import type { Kind } from "../../../api/kind.ts";
import { followAnnotation } from "../../../api/names.ts";
import { ownProbe } from "../../../api/own-probe.ts";
import type { Verdict } from "../../../controller/admission/review.ts";
import { validated } from "../../../controller/admission/validation.ts";
import { ApiError } from "../../../controller/api-server.ts";
import { networkChaos } from "../../../faults/network/spec.ts";
import { podChaos } from "../../../faults/pod/spec.ts";
import type { Rails } from "../../../guard-rails/judge.ts";
import type { GuardRailsSpec } from "../../../guard-rails/spec.ts";
import { clock, kinds, partition } from "./kinds.ts";
import { request } from "./review.ts";

interface Asked {
	spec: { user: string; resourceAttributes: { namespace?: string; resource: string } };
}

/** An API server that lets anybody do anything but in the namespaces named `closed...`. */
class Reviews {
	readonly asked: unknown[] = [];
	readonly places: string[] = [];
	running = 0;
	most = 0;
	/** What the controller may do; absent: anything. */
	own: (access: { resource: string }) => boolean = () => true;

	async get<T>(path: string): Promise<T> {
		if (path === "/apis/apps/v1") {
			return { resources: [{ name: "deployments", kind: "Deployment", namespaced: true }] } as T;
		}
		if (path === "/api/v1") return { resources: [{ name: "nodes", kind: "Node", namespaced: false }] } as T;
		throw new ApiError(path === "/apis/broken/v1" ? 503 : 404, `GET ${path}`);
	}

	async post<T>(path: string, body: unknown): Promise<T> {
		const { namespace = "", resource } = (body as Asked).spec.resourceAttributes;
		if (path === "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") {
			return { status: { allowed: this.own((body as Asked).spec.resourceAttributes) } } as T;
		}
		expect(path).toBe("/apis/authorization.k8s.io/v1/subjectaccessreviews");
		this.asked.push(body);
		this.places.push(`${resource} in ${namespace}`);
		this.most = Math.max(this.most, ++this.running);
		await new Promise((resolve) => setTimeout(resolve, 5));
		this.running--;
		if (namespace === "broken") throw new Error("no answer within 4000 ms");
		const evaluationError = namespace === "closed-role" ? { evaluationError: "role x not found" } : {};
		return { status: { allowed: !namespace.startsWith("closed"), ...evaluationError } } as T;
	}
}

const now = Date.parse("2026-01-01T12:00:00Z");
const options = {
	kinds,
	rails: { inForce: [] as Rails[], synced: true },
	defaultDurationMs: 3_600_000,
	now: () => now,
};

function validate(kind: Kind, spec: unknown, reviews = new Reviews(), old?: unknown): Promise<Verdict> {
	const more = old === undefined ? {} : { oldObject: { spec: old } };
	return validated(kind, request(kind.kind, spec, more), { ...options, server: reviews });
}

const on = (...namespaces: string[]) => partition({ selector: { namespaces } });
const grant = 'grant the verb "create" on that resource there, or leave the namespace out';

it("asks about the user as the API server has authenticated them", async () => {
	const reviews = new Reviews();
	expect(await validate(networkChaos, partition(), reviews)).toEqual({ allowed: true });
	expect(reviews.asked).toEqual([
		{
			apiVersion: "authorization.k8s.io/v1",
			kind: "SubjectAccessReview",
			spec: {
				user: "alice",
				uid: "7",
				groups: ["dev", "system:authenticated"],
				extra: { scopes: ["all"] },
				resourceAttributes: { verb: "create", group: "chaos-mesh.org", resource: "networkchaos", namespace: "own" },
			},
		},
	]);
});

it("asks about each namespace and resource once, side by side", async () => {
	const reviews = new Reviews();
	const experiment = {
		...on("a", "b", "a"),
		target: { mode: "all", selector: { pods: { c: ["x"] }, namespaces: ["a"] } },
	};
	expect(await validate(clock, { networkChaos: experiment }, reviews)).toEqual({ allowed: true });
	expect(reviews.places.toSorted()).toEqual(
		["own", "a", "b", "c"]
			.map((namespace) => `networkchaos in ${namespace}`)
			.concat(["a", "b", "c"].map((namespace) => `clocks in ${namespace}`))
			.toSorted(),
	);
	expect(reviews.most).toBe(7);
});

it("names every right that lacks", async () => {
	expect(await validate(networkChaos, on("a", "closed", "closed-role"))).toEqual({
		allowed: false,
		code: 403,
		reason: "Forbidden",
		message: [
			`spec.selector: user "alice" may not create networkchaos.chaos-mesh.org in namespace "closed", which this can hit; ${grant}`,
			`spec.selector: user "alice" may not create networkchaos.chaos-mesh.org in namespace "closed-role", which this can hit ` +
				`(role x not found); ${grant}`,
		].join("\n"),
	});
});

it.each([
	["networkchaos", { networkChaos: on("closed") }, "spec.networkChaos.selector"],
	[
		"podchaos",
		{ podChaos: { action: "pod-kill", mode: "one", selector: { pods: { closed: ["x"] } } } },
		"spec.podChaos.selector",
	],
])("wants the rights of what stands in another object: %s", async (resource, spec, path) => {
	const verdict = await validate(clock, spec);
	const line = (name: string): string =>
		`${path}: user "alice" may not create ${name}.chaos-mesh.org in namespace "closed", which this can hit; ${grant}`;
	expect(verdict).toMatchObject({ code: 403, message: [line("clocks"), line(resource)].join("\n") });
});

it("refuses what can't be reviewed", async () => {
	expect(await validate(networkChaos, on("a", "broken"))).toEqual({
		allowed: false,
		code: 500,
		reason: "InternalError",
		message: `the rights of user "alice" can't be reviewed: no answer within 4000 ms; try again`,
	});
});

it("says all that is wrong with a spec, and asks nobody then", async () => {
	const reviews = new Reviews();
	const verdict = await validate(networkChaos, { ...on("a_b"), direction: "up" }, reviews);
	expect(verdict).toMatchObject({ allowed: false, code: 422, reason: "Invalid" });
	expect((verdict as { message: string }).message.split("\n")).toEqual([
		expect.stringMatching(/^spec\.selector\.namespaces\[0\]: "a_b" is not the name of a namespace; /),
		'spec.direction: "up" is not a known direction; use "to", "from" or "both"',
	]);
	expect(reviews.asked).toEqual([]);
});

it.each([
	["no object", "x", /^spec: "x" is not an object$/],
	["not there", undefined, /^spec: undefined is not an object$/],
])("refuses a spec that is %s", async (_, spec, message) => {
	expect(await validate(networkChaos, spec)).toMatchObject({ code: 422, message: expect.stringMatching(message) });
});

it("says of a kind that nothing runs that this is so", async () => {
	const pending = { ...networkChaos, pending: true } as const;
	expect(await validate(pending, partition())).toMatchObject({
		code: 422,
		message: "kind: NetworkChaos can't be run by this version of pulumi-chaos yet",
	});
});

it("lets a spec pass that stays as it is, whatever it says and whoever asks", async () => {
	const reviews = new Reviews();
	const old = { action: "of another version", selector: { namespaces: ["closed"] } };
	expect(await validate(networkChaos, structuredClone(old), reviews, old)).toEqual({ allowed: true });
	expect(reviews.asked).toEqual([]);
	expect(await validate(clock, { networkChaos: on("closed") }, reviews, { networkChaos: on("a") })).toMatchObject({
		code: 403,
	});
});

describe("probes", () => {
	const exec = (namespace?: string) => ({
		name: "db",
		type: "command",
		command: { pod: "db-0", command: ["true"], ...(namespace !== undefined && { namespace }) },
	});
	const read = (object: object) => ({
		name: "web",
		type: "object",
		object: { apiVersion: "apps/v1", kind: "Deployment", name: "web", ...object },
	});
	const withProbes = (...probes: object[]) => ({ ...partition(), probes });

	it("ask whether the user may run commands and read objects where they do", async () => {
		const reviews = new Reviews();
		const node = { apiVersion: "v1", kind: "Node", name: "node-1" };
		const spec = withProbes(exec(), { ...exec("shop"), name: "other" }, read({}), { ...read(node), name: "node" });
		expect(await validate(networkChaos, spec, reviews)).toEqual({ allowed: true });
		const asked = reviews.asked.map((body) => (body as Asked).spec.resourceAttributes);
		expect(asked.slice(1)).toEqual([
			{ verb: "create", group: "", resource: "pods", subresource: "exec", namespace: "own" },
			{ verb: "create", group: "", resource: "pods", subresource: "exec", namespace: "shop" },
			{ verb: "get", group: "apps", resource: "deployments", namespace: "own", name: "web" },
			{ verb: "get", group: "", resource: "nodes", name: "node-1" },
		]);
	});

	it("ask for nothing that anybody can ask over the network", async () => {
		const reviews = new Reviews();
		const http = { name: "front", type: "http", http: { url: "http://front.shop/" } };
		expect(await validate(networkChaos, withProbes(http), reviews)).toEqual({ allowed: true });
		expect(reviews.places).toEqual(["networkchaos in own"]);
	});

	it("are refused to who may not do what they do", async () => {
		const spec = withProbes(exec("closed"), read({ namespace: "closed" }));
		expect(await validate(networkChaos, spec)).toMatchObject({
			allowed: false,
			code: 403,
			message: [
				'spec.probes[0].command: user "alice" may not create pods/exec in namespace "closed", where this probe runs a ' +
					'command; grant the verb "create" on that resource there, or leave the probe out',
				'spec.probes[1].object: user "alice" may not get deployments.apps in namespace "closed", where this probe reads ' +
					'"web"; grant the verb "get" on that resource there, or leave the probe out',
			].join("\n"),
		});
	});

	it("are refused where the installation does not let the controller do it", async () => {
		const reviews = new Reviews();
		reviews.own = ({ resource }) => resource !== "pods";
		expect(await validate(networkChaos, withProbes(exec(), read({})), reviews)).toMatchObject({
			code: 403,
			message:
				'spec.probes[0].command: the controller may not create pods/exec in namespace "own", where this probe runs a command; ' +
				"set controller.probes.exec of the Installation to true, or leave the probe out",
		});
	});

	it("that are of no experiment are asked about as well, and ask for nothing else", async () => {
		const reviews = new Reviews();
		const { name: _, ...command } = exec("closed");
		expect(await validate(ownProbe, command, reviews)).toMatchObject({
			code: 403,
			message: expect.stringMatching(/^spec\.command: user "alice" may not create pods\/exec in namespace "closed"/),
		});
		expect(reviews.places).toEqual(["pods in closed"]);
		const { name: __, ...object } = read({});
		expect(await validate(ownProbe, object)).toEqual({ allowed: true });
		expect(await validate(ownProbe, { ...object, when: ["before"] })).toMatchObject({
			code: 422,
			message: expect.stringMatching(/^spec\.when: is not a known field/),
		});
	});

	it("of experiments in other objects are asked about as well", async () => {
		const spec = { clock: "@daily", networkChaos: withProbes(exec("closed")) };
		expect(await validate(clock, spec)).toMatchObject({
			code: 403,
			message: expect.stringContaining("spec.networkChaos.probes[0].command: user"),
		});
	});

	it("must read what the cluster has", async () => {
		expect(await validate(networkChaos, withProbes(read({ kind: "Deploymint" })))).toMatchObject({
			code: 422,
			message: "spec.probes[0].object: the cluster has no kind Deploymint of apps/v1; correct one of them",
		});
		expect(await validate(networkChaos, withProbes(read({ apiVersion: "broken/v1" })))).toMatchObject({ code: 500 });
	});
});

describe("guard rails", () => {
	const asked = (spec: GuardRailsSpec, object: object, more: object = {}): [Promise<Verdict>, Reviews] => {
		const server = new Reviews();
		const inForce = [{ title: 'GuardRails "production"', spec }];
		const whole = request("NetworkChaos", partition(object), more);
		return [validated(networkChaos, whole, { ...options, server, rails: { inForce, synced: true } }), server];
	};

	it("refuse all that is more than they allow, before anybody is asked for rights", async () => {
		const [verdict, reviews] = asked({ maxDuration: "15m", requireOwner: true }, {});
		expect(await verdict).toEqual({
			allowed: false,
			code: 422,
			reason: "Invalid",
			message: [
				'spec.duration: missing, and the default of the installation is 1h; use at most "15m" (maxDuration of GuardRails "production")',
				'metadata.annotations["pulumi-chaos.io/owner-team"]: missing; write the name of the team that answers for the experiment ' +
					'(requireOwner of GuardRails "production")',
			].join("\n"),
		});
		expect(reviews.asked).toEqual([]);
	});

	it("admit what is within them, at the time at which it is asked for", async () => {
		const metadata = { name: "x", annotations: { "pulumi-chaos.io/owner-team": "checkout" } };
		const object = { metadata, spec: partition({ duration: "10m" }) };
		const spec = { requireOwner: true, namespaces: ["own"], windows: [{ from: "11:50", to: "12:10" }] };
		expect(await asked(spec, {}, { object })[0]).toEqual({ allowed: true });
		const [verdict] = asked({ ...spec, namespaces: ["shop"] }, {}, { object });
		expect(await verdict).toMatchObject({
			code: 422,
			message: expect.stringContaining('namespace "own" may not be hit'),
		});
	});

	it("have nothing to say of a spec that stays as it is", async () => {
		const oldObject = { spec: partition() };
		expect(await asked({ kinds: ["StressChaos"] }, {}, { oldObject })[0]).toEqual({ allowed: true });
	});

	it("have nothing to say of what only makes experiments, each of which is asked about", async () => {
		const rails = { inForce: [{ title: "R", spec: { kinds: ["StressChaos"] } }], synced: true };
		const object = request("Clock", { networkChaos: partition() });
		expect(await validated(clock, object, { ...options, server: new Reviews(), rails })).toEqual({ allowed: true });
	});

	it("let nothing in while they are not known", async () => {
		const rails = { inForce: [], synced: false };
		const object = request("NetworkChaos", partition());
		expect(await validated(networkChaos, object, { ...options, server: new Reviews(), rails })).toEqual({
			allowed: false,
			code: 500,
			reason: "InternalError",
			message: "it is not known yet which guard rails there are; try again",
		});
	});
});

describe("an experiment that follows its selector", () => {
	const kill = { action: "pod-kill", mode: "all", selector: {} };
	const follow = async (kind: Kind, spec: unknown, value: string): Promise<string | true> => {
		const asked = request(kind.kind, spec);
		const annotations = { [followAnnotation]: value };
		const object = { ...asked.object, metadata: { ...asked.object.metadata, annotations } };
		const verdict = await validated(kind, { ...asked, object }, { ...options, server: new Reviews() });
		return verdict.allowed || verdict.message;
	};

	it("is admitted, but for what is done once, and when it says so clearly", async () => {
		expect(await follow(networkChaos, partition(), "true")).toBe(true);
		expect(await follow(podChaos, { ...kill, action: "pod-failure" }, "true")).toBe(true);
		expect(await follow(podChaos, kill, "false")).toBe(true);
		expect(await follow(podChaos, kill, "true")).toBe(
			`metadata.annotations["${followAnnotation}"]: "true" does not go with what is done once and can't be undone; leave it out`,
		);
		expect(await follow(networkChaos, partition(), "yes")).toBe(
			`metadata.annotations["${followAnnotation}"]: "yes" is not "true" or "false"`,
		);
	});
});
