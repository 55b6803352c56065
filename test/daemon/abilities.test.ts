import { expect, it } from "vitest";
import type { Injector } from "../../api/injector.ts";
import { traitsOf } from "../../api/kind.ts";
import { faultName } from "../../api/node-report.ts";
import { abilities } from "../../daemon/abilities.ts";
import { networkChaos } from "../../faults/network/spec.ts";
import { faults } from "../../faults/registry.ts";

it("tells of every variant that nodes do, and asks for nothing that would be refused as it stands", async () => {
	const wanted = Object.values(faults).flatMap(({ kind }) => {
		const { variants } = kind.spec;
		const specs = variants ? Object.keys(variants.of).map((name) => ({ [variants.by]: name })) : [{}];
		return specs.filter((spec) => traitsOf(kind, spec).where === "node").map((spec) => faultName(kind, spec));
	});
	const found = await abilities();
	expect(found.map(({ name }) => name).sort()).toEqual(wanted.sort());
	for (const { name, why } of found) expect(why ?? "", name).not.toMatch(/^instruction/);
	// What this machine's kernel has in any case.
	expect(found).toContainEqual({ name: "PodChaos/container-kill", able: true });
});

it("says what is missing, and goes on with the next one", async () => {
	const needs = async (instruction: unknown): Promise<void> => {
		if (instruction === "loss") throw new Error("the kernel has no sch_netem");
	};
	const injector = async () => ({ needs }) as Injector<unknown, unknown>;
	const samples = async () => ({ loss: "loss", delay: "delay" });
	const reference = faults["NetworkChaos"]?.reference as never;
	const plan = faults["NetworkChaos"]?.plan as never;
	expect(await abilities([{ kind: networkChaos, plan, reference, injector, samples }])).toEqual([
		{ name: "NetworkChaos/loss", able: false, why: "the kernel has no sch_netem" },
		{ name: "NetworkChaos/delay", able: true },
	]);
});
