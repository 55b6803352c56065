import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GuardRailsSpec } from "../../guard-rails/spec.ts";
import { ApiError } from "../../provider/cluster/cluster.ts";
import { unknownValue } from "../../provider/lifecycle/engine-protocol.ts";
import { seedOf } from "../../provider/lifecycle/seed.ts";
import type { ExperimentInputs } from "../../provider/lifecycle/state.ts";
import { inputs, World } from "./world.ts";

const at = 'the cluster https://10.0.0.1:6443 (context "dev" of /home/me/.kube/config)';
const { spec } = inputs();

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-01-01T12:00:00Z") });
});
afterEach(() => {
	vi.useRealTimers();
});

/** What the user reads about an experiment under the stack's own guard rails. */
async function said(
	guardRails: unknown,
	more: { [Name in keyof ExperimentInputs]?: unknown } = {},
	olds?: object,
): Promise<string[]> {
	const { experiment } = new World().handlers;
	if (olds) await experiment.create(inputs());
	const { failures } = await experiment.check(olds, { ...inputs(), guardRails, ...more });
	for (const { property, reason } of failures) expect(reason.startsWith(`${property}: `)).toBe(true);
	return failures.map(({ reason }) => reason);
}

describe("the stack's own guard rails", () => {
	const rails: GuardRailsSpec = { maxDuration: "15m", namespaces: ["shop"], requireOwner: true };

	it("are what check goes by, in the words of the program", async () => {
		expect(await said(rails)).toEqual([
			'selector.namespaces: missing, and the experiment\'s own namespace "default" may not be hit; hit "shop" (namespaces of this ' +
				"stack's configuration)",
			'duration: missing, and the default of the installation is not known here; use at most "15m" (maxDuration of this stack\'s ' +
				"configuration)",
			"ownerTeam: missing; write the name of the team that answers for the experiment (requireOwner of this stack's configuration)",
		]);
		expect(await said({ kinds: ["StressChaos"] })).toEqual([
			'kind: "NetworkChaos" is not allowed here; use "StressChaos" (kinds of this stack\'s configuration)',
		]);
		expect(await said({ windows: [{ from: "13:00", to: "14:00" }] })).toEqual([
			"pulumi-chaos:guardRails: nothing may begin at 2026-01-01T12:00:00Z, outside of the windows; the next window opens at " +
				"2026-01-01T13:00:00Z (every day 13:00 to 14:00 UTC) (windows of this stack's configuration)",
		]);
	});

	it("allow what is within them, and what is not known yet", async () => {
		const within = { spec: { ...spec, duration: "10m" }, namespace: "shop", ownerTeam: "checkout" };
		expect(await said(rails, within)).toEqual([]);
		const unknown = { ...spec, duration: unknownValue, selector: { namespaces: [unknownValue] } };
		expect(await said(rails, { spec: unknown, ownerTeam: unknownValue })).toEqual([]);
		expect(await said(rails, { spec: unknownValue, ownerTeam: unknownValue })).toEqual([]);
	});

	it("say nothing of an experiment that is there and stays", async () => {
		expect(await said({ kinds: ["StressChaos"] }, { ownerTeam: "other" }, inputs())).toEqual([]);
		expect(await said({ kinds: ["StressChaos"] }, { triggers: [2] }, inputs())).toHaveLength(1);
		expect(await said({ kinds: ["StressChaos"] }, { spec: { ...spec, mode: "one" } }, inputs())).toHaveLength(1);
	});

	it("are checked themselves", async () => {
		expect(await said({ maxDuration: "soon", maxTagrets: 1 })).toEqual([
			'pulumi-chaos:guardRails.maxDuration: "soon" is not a duration above zero; write numbers with units of ns, us, ms, s, m or h, such as "90s" or "1h30m"',
			expect.stringMatching(
				/^pulumi-chaos:guardRails\.maxTagrets: is not a known field; the fields here are environment, kinds, /,
			),
		]);
		expect(await said({ kinds: ["StressChoas"] })).toEqual([
			expect.stringMatching(
				/^pulumi-chaos:guardRails\.kinds\[0\]: "StressChoas" is no kind of fault; use "PodChaos", /,
			),
		]);
		expect(await said("none")).toEqual(['pulumi-chaos:guardRails: "none" is not an object']);
		expect(await said(undefined, { environment: "Prod EU" })).toEqual([
			expect.stringMatching(/^pulumi-chaos:environment: "Prod EU" is not the name of an environment; /),
		]);
	});

	it("wait until the experiment itself is right, and are not kept in the state", async () => {
		expect(await said({ kinds: ["StressChaos"] }, { timeout: "soon" })).toEqual([expect.stringMatching(/^timeout: /)]);
		const checked = await new World().handlers.experiment.check(undefined, { ...inputs(), guardRails: {} });
		expect(checked.inputs).toEqual({ ...inputs(), previewed: ["default/front-1"] });
	});
});

describe("the owning team and the reason", () => {
	const words = { ownerTeam: "checkout", reason: "game day" };

	it("stand in annotations, and are changed and taken away in place", async () => {
		const world = new World();
		const { experiment } = world.handlers;
		const { outs } = await experiment.create(inputs(words));
		const annotations = () => world.cluster.objects.get("default/cut-1a2b3c4d")?.metadata.annotations ?? {};
		const own = { "pulumi-chaos.io/owner": inputs().owner, "pulumi-chaos.io/seed": seedOf(inputs()) };
		const [team, reason] = ["pulumi-chaos.io/owner-team", "pulumi-chaos.io/reason"];
		expect(annotations()).toEqual({ ...own, [team]: "checkout", [reason]: "game day" });
		const news = inputs({ ownerTeam: "payments" });
		expect(experiment.diff("x", outs, news)).toEqual({ changes: true });
		await experiment.update("x", outs, news);
		expect(annotations()).toEqual({ ...own, [team]: "payments" });
	});

	it("are texts", async () => {
		expect(await said(undefined, { ownerTeam: 7, reason: ["x"] })).toEqual([
			"ownerTeam: 7 is not a text",
			'reason: ["x"] is not a text',
		]);
	});

	it("of what is taken over stay, unless the program says others", async () => {
		const world = new World();
		const name = "cut";
		const annotations = { "pulumi-chaos.io/owner-team": "theirs", "pulumi-chaos.io/reason": "theirs" };
		world.cluster.add({ apiVersion: "", kind: "NetworkChaos", metadata: { name, annotations }, spec });
		await world.handlers.experiment.create(inputs({ name, adopt: true, reason: "ours" }));
		expect(world.cluster.objects.get("default/cut")?.metadata.annotations).toMatchObject({
			"pulumi-chaos.io/owner-team": "theirs",
			"pulumi-chaos.io/reason": "ours",
		});
	});
});

describe("the environment of a stack", () => {
	const rails = (name: string, environment?: string) => ({
		metadata: { name, uid: name },
		spec: environment === undefined ? {} : { environment },
	});

	async function create(world: World, environment?: string): Promise<string | undefined> {
		const more = environment === undefined ? {} : { environment };
		const failure = await world.handlers.experiment.create(inputs(more)).then(
			() => undefined,
			(error: Error) => error.message,
		);
		const made = world.cluster.objects.size > 0;
		expect(made).toBe(failure === undefined);
		return failure;
	}

	it("is that of the cluster, or nothing is created there", async () => {
		const world = new World();
		world.cluster.rails = [rails("limits"), rails("production", "prod")];
		expect(await create(world, "dev")).toBe(
			`this stack is for the environment "dev" (pulumi-chaos:environment), and ${at} is "prod" (GuardRails "production"); nothing ` +
				"was created. Point the stack to its own cluster (pulumi-chaos:kubeconfig, pulumi-chaos:context), or correct the name",
		);
		expect(world.cluster.requests).toEqual(["guard rails"]);
		expect(await create(world, "prod")).toBeUndefined();
	});

	it("has to be said by the cluster too", async () => {
		const world = new World();
		world.cluster.rails = [rails("limits")];
		expect(await create(world, "dev")).toBe(
			`this stack is for the environment "dev" (pulumi-chaos:environment), and ${at} does not say which one it is; have its ` +
				'GuardRails say environment: "dev", if that is so',
		);
	});

	it("is nothing that a stack has to have", async () => {
		const world = new World();
		world.cluster.rails = [rails("production", "prod")];
		expect(await create(world)).toBeUndefined();
		expect(world.cluster.requests).not.toContain("guard rails");
	});

	it("can't be looked up without a right, which is named", async () => {
		const world = new World();
		world.cluster.failures.set("guard rails", new ApiError(403, 'User "ci" cannot list resource "guardrails"'));
		expect(await create(world, "dev")).toMatch(
			/no rights: User "ci" cannot list resource "guardrails"; grant that user/,
		);
	});
});
