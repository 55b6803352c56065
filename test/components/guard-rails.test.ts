import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, expect, it } from "vitest";
import { checkedRails, GuardRails, type GuardRailsArgs } from "../../components/guard-rails.ts";

let registered: { type: string; name: string; inputs: Record<string, unknown> }[] = [];

beforeEach(() => {
	registered = [];
	void pulumi.runtime.setMocks(
		{
			newResource: ({ type, name, inputs }) => {
				registered.push({ type, name, inputs });
				return { id: `${name}-id`, state: inputs };
			},
			call: ({ inputs }) => inputs,
		},
		"platform",
		"prod",
	);
});

async function declare(args: GuardRailsArgs): Promise<void> {
	await pulumi.runtime.runInPulumiStack(async () => {
		const provider = new kubernetes.Provider("cluster", {});
		new GuardRails("production", args, { provider });
	});
	await pulumi.runtime.disconnect();
}

it("is one object of the resource's name, with what it says and nothing else", async () => {
	await declare({ environment: "production", maxDuration: pulumi.output("15m" as const), kinds: undefined });
	const objects = registered.filter(({ type }) => type.startsWith("kubernetes:"));
	expect(objects).toEqual([
		{
			type: "kubernetes:pulumi-chaos.io/v1alpha1:GuardRails",
			name: "production",
			inputs: {
				apiVersion: "pulumi-chaos.io/v1alpha1",
				kind: "GuardRails",
				metadata: expect.objectContaining({ name: "production" }),
				spec: { environment: "production", maxDuration: "15m" },
			},
		},
	]);
});

it("refuses what is wrong before the cluster sees it, also what no definition says", () => {
	const windows = [{ from: "09:00", to: "17:00", timeZone: "Europe/Berlim" }];
	expect(() => checkedRails("production", { kinds: ["NetworkChaos/lost"] })).toThrow(
		'GuardRails "production": kinds[0]: "lost" is no variant of NetworkChaos; use "partition", ',
	);
	expect(() => checkedRails("production", { windows })).toThrow(
		'GuardRails "production": windows[0].timeZone: "Europe/Berlim" is not a time zone; write a name of the IANA database',
	);
});
