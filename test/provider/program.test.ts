import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";
import { Drain } from "../../components/drain.ts";
import { Probe } from "../../provider/probe.ts";
import { requireResolvable } from "../../provider/resolvable.ts";
import { NetworkChaos, type NetworkChaosArgs } from "../../provider/resources/network-chaos.ts";

interface Registered {
	type: string;
	name: string;
	inputs: Record<string, unknown>;
}

let registered: Registered[] = [];

const fault = {
	action: "partition",
	mode: "all",
	selector: { namespaces: ["shop"] },
} as const satisfies NetworkChaosArgs;

/** Runs a program against the SDK's mocks; the result is what it registered, by name. */
async function run(program: () => void): Promise<Map<string, Registered>> {
	registered = [];
	await pulumi.runtime.runInPulumiStack(async () => {
		program();
	});
	await pulumi.runtime.disconnect();
	return new Map(registered.map((one) => [one.name, one]));
}

beforeEach(() => {
	pulumi.runtime.setAllConfig({ "pulumi-chaos:kubeconfig": "~/.kube/config", "pulumi-chaos:context": "dev" });
	void pulumi.runtime.setMocks(
		{
			newResource: ({ type, name, inputs }) => {
				registered.push({ type, name, inputs });
				return { id: `${name}-id`, state: inputs };
			},
			call: ({ inputs }) => inputs,
		},
		"shop",
		"dev",
		false,
		"acme",
	);
});

describe("an experiment in a program", () => {
	it("is refused when its fault would stay though the resource goes", async () => {
		const opts: object = { retainOnDelete: true };
		const resources = await run(() => {
			expect(() => new NetworkChaos("cut", fault, opts)).toThrow(
				/^NetworkChaos "cut": retainOnDelete: true would leave the fault in place when the resource goes/,
			);
			new NetworkChaos("kept", fault, { protect: true });
		});
		expect([...resources.keys()]).toContain("kept");
		expect([...resources.keys()]).not.toContain("cut");
	});

	it("sends the stack's guard rails and environment, and who answers for it", async () => {
		pulumi.runtime.setAllConfig({
			"pulumi-chaos:context": "dev",
			"pulumi-chaos:environment": "dev",
			"pulumi-chaos:guardRails": '{"maxShare":50}',
		});
		const resources = await run(() => new NetworkChaos("cut", { ...fault, ownerTeam: "checkout", reason: "game day" }));
		expect(resources.get("cut")?.inputs).toMatchObject({
			environment: "dev",
			guardRails: { maxShare: 50 },
			ownerTeam: "checkout",
			reason: "game day",
			spec: fault,
		});
	});

	it("sends the fault, its owner, its scope and a reference", async () => {
		const resources = await run(
			() => new NetworkChaos("cut", { ...fault, timeout: "1m", paused: false, triggers: [7] }),
		);
		const [scope] = [...resources.values()].filter(({ type }) => type.endsWith(":Scope"));
		const { inputs, type } = resources.get("cut") ?? {};
		expect(type).toBe("pulumi-nodejs:dynamic/pulumi-chaos:NetworkChaos");
		expect(inputs).toMatchObject({
			kind: "NetworkChaos",
			name: expect.stringMatching(/^cut-[0-9a-f]{8}$/),
			owner: "shop/dev/urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev/NetworkChaos/cut",
			scope: scope?.inputs["scope"],
			cluster: { kubeconfig: "~/.kube/config", context: "dev" },
			timeout: "1m",
			paused: false,
			triggers: [7],
			spec: fault,
		});
		expect(scope?.inputs).toMatchObject({ kind: "Scope", cluster: { kubeconfig: "~/.kube/config", context: "dev" } });
	});

	it("has the object's name of its own when it takes one over", async () => {
		const resources = await run(() => new NetworkChaos("front-loses-back", { ...fault, adopt: true }));
		expect(resources.get("front-loses-back")?.inputs).toMatchObject({
			name: "front-loses-back",
			adopt: true,
			spec: fault,
		});
	});

	it("may wait for a Probe, which sends its question apart from what is about the resource", async () => {
		const question = { type: "tcp", tcp: { host: "front.shop", port: 80 }, timeout: "2s" } as const;
		const resources = await run(() => {
			const well = new Probe("front", { ...question, namespace: "shop", waitTimeout: "1m", triggers: [7] });
			new NetworkChaos("cut", fault, { dependsOn: well });
		});
		const { inputs, type } = resources.get("front") ?? {};
		expect(type).toBe("pulumi-nodejs:dynamic/pulumi-chaos:Probe");
		expect(inputs).toMatchObject({
			kind: "Probe",
			name: expect.stringMatching(/^front-[0-9a-f]{8}$/),
			owner: "shop/dev/urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev/Probe/front",
			scope: resources.get("cut")?.inputs["scope"],
			namespace: "shop",
			waitTimeout: "1m",
			triggers: [7],
		});
		expect(inputs?.["spec"]).toEqual(question);
	});

	it("shares one Scope with all others of its stack and cluster", async () => {
		const cluster = { context: "prod" };
		const resources = await run(() => {
			new NetworkChaos("a", fault);
			new NetworkChaos("b", fault);
			new NetworkChaos("c", { ...fault, cluster });
			new NetworkChaos("d", { ...fault, cluster: { ...cluster } });
		});
		const scopes = [...resources.values()].filter(({ type }) => type.endsWith(":Scope"));
		expect(new Set(scopes.map(({ inputs }) => inputs["cluster"]))).toEqual(
			new Set([cluster, { kubeconfig: "~/.kube/config", context: "dev" }]),
		);
		const scopeOf = (name: string): unknown => resources.get(name)?.inputs["scope"];
		expect(scopeOf("a")).toBe(scopeOf("b"));
		expect(scopeOf("c")).toBe(scopeOf("d"));
		expect(scopeOf("a")).not.toBe(scopeOf("c"));
	});

	it("makes a Scope of its own in every run of one process", async () => {
		const first = await run(() => new NetworkChaos("a", fault));
		const second = await run(() => new NetworkChaos("a", fault));
		expect([...second.keys()]).toEqual([...first.keys()]);
	});

	it("is kept apart from the same name under another parent", async () => {
		const names: unknown[] = [];
		await run(() => {
			for (const type of ["example:index:Shop", "example:index:Bank"]) {
				const parent = new pulumi.ComponentResource(type, "team");
				new NetworkChaos("cut", fault, { parent }).name.apply((name) => names.push(name));
			}
		});
		expect(registered.filter(({ name }) => name === "cut")).toHaveLength(2);
		expect(new Set(registered.filter(({ name }) => name === "cut").map(({ inputs }) => inputs["name"])).size).toBe(2);
		expect(names).toHaveLength(2);
	});

	it("says nothing of a cluster when nobody named one, so that check refuses it", async () => {
		pulumi.runtime.setAllConfig({});
		const resources = await run(() => new NetworkChaos("cut", fault));
		expect(resources.get("cut")?.inputs["cluster"]).toEqual({});
	});
});

it("a Drain sends its reference", async () => {
	const resources = await run(() => new Drain("drain", { timeout: "9m" }));
	expect(resources.get("drain")).toMatchObject({
		type: "pulumi-nodejs:dynamic/pulumi-chaos:Drain",
		inputs: { kind: "Drain", cluster: { kubeconfig: "~/.kube/config", context: "dev" }, timeout: "9m" },
	});
});

it("a package that the provider's process will not find stops the program in one sentence", () => {
	expect(() => requireResolvable("/")).toThrow(
		new pulumi.RunError(
			"pulumi-chaos can't be loaded from the program's folder /: it is not in node_modules there or in a folder above. Pulumi " +
				"runs the provider from that folder, so the package has to be a direct dependency of the program, also when another " +
				'package brings it along: run "npm install pulumi-chaos" there ("npm ci" when package.json lists it already)',
		),
	);
});
