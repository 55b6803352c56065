import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { root } from "../../tools/lib/paths.ts";
import { heavy } from "../support/heavy.ts";
import { networkChaos } from "../support/kubernetes.ts";
import { sampleNamespace } from "../support/sample.ts";
import { Stack } from "../support/stack.ts";

const kubeconfig = { "pulumi-chaos:kubeconfig": kubeconfigPath() };
const attacks = join(root, "examples", "guard-rails");
const open: Stack[] = [];
afterEach(async () => {
	for (const stack of open.splice(0).reverse()) {
		await stack.ok("destroy");
		stack.dispose();
	}
});

/** The stack of a platform team, up, and one of the attack, both for an environment that the only cluster of the tests is now. */
async function environmentOf(name: string, rails: Record<string, string>): Promise<Stack> {
	const platform = await Stack.create(join(attacks, "platform"), name, {
		...kubeconfig,
		environment: name,
		...rails,
	});
	open.push(platform);
	await platform.ok("up");
	const attack = await Stack.create(attacks, name, { ...kubeconfig, "pulumi-chaos:environment": name });
	open.push(attack);
	return attack;
}

heavy("lets dev do what it likes", async () => {
	const dev = await environmentOf("dev", {});
	await dev.ok("up");
	expect((await networkChaos.all()).map(({ spec }) => spec.value)).toEqual(["100"]);
	await dev.ok("refresh", "--expect-no-changes");
	await dev.ok("up", "--expect-no-changes");
});

it("refuses in prod what is more than it allows there, and a stack for dev whatever it wants", async () => {
	const prod = await environmentOf("prod", { maxShare: "50", maxDuration: "5m", accountable: "true" });
	const tooLong = await prod.run("up");
	expect(tooLong.status).not.toBe(0);
	expect(tooLong.output).toContain(
		'spec.duration: "10m" is longer than "5m"; use at most "5m" (maxDuration of GuardRails "prod")',
	);
	expect(await networkChaos.all()).toEqual([]);

	await prod.configure("pulumi-chaos:environment", "dev");
	expect((await prod.run("up")).output).toContain('is "prod" (GuardRails "prod"); nothing was created');
	await prod.configure("pulumi-chaos:environment", "prod");

	await prod.configure("duration", "5m");
	const tooMany = await prod.run("up");
	expect(tooMany.status).not.toBe(0);
	expect(tooMany.output).toContain(
		`3 of the 3 pods of Deployment ${sampleNamespace}/back would be hit, more than 50 %; at most 1 may be`,
	);
	expect((await networkChaos.all()).flatMap(({ status }) => status?.experiment.containerRecords ?? [])).toEqual([]);

	await prod.configure("share", "30");
	await prod.ok("up");
	const [experiment] = await networkChaos.all();
	expect(experiment?.status?.experiment.containerRecords).toHaveLength(1);
	expect(experiment?.metadata?.annotations).toMatchObject({ "pulumi-chaos.io/owner-team": "checkout" });
	await prod.ok("up", "--expect-no-changes");
});

it("bounds two stacks on one cluster each by its own configuration, and ends one without the other", async () => {
	const [dev, prod] = [await Stack.create(attacks, "dev", kubeconfig), await Stack.create(attacks, "prod", kubeconfig)];
	open.push(dev, prod);
	await prod.configure("pulumi-chaos:guardRails.maxShare", "50", "--path");
	await dev.ok("up");
	const refused = await prod.run("preview");
	expect(refused.status).not.toBe(0);
	expect(refused.output).toContain(
		`3 of the 3 pods of Deployment ${sampleNamespace}/back would be hit, more than 50 %; at most 1 may be`,
	);
	await prod.configure("share", "30");
	await prod.ok("up");
	const ofProd = async () => (await networkChaos.all()).filter(({ spec }) => spec.value === "30");
	const before = await ofProd();
	expect(await networkChaos.all()).toHaveLength(2);
	await dev.ok("destroy");
	expect(await networkChaos.all()).toHaveLength(1);
	expect(await ofProd()).toEqual(before);
	await prod.ok("refresh", "--expect-no-changes");
});
