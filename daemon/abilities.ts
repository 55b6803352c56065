import type { Injector } from "../api/injector.ts";
import { errorText } from "../api/log.ts";
import { type Ability, faultName } from "../api/node-report.ts";
import { type Fault, faults } from "../faults/registry.ts";

/** A sentence that is longer is cut off: it goes into an object of the cluster. */
const longest = 1024;

/**
 * Which faults this node can put in place, and what is missing for the others: asks each injector for what it needs, as right before an
 * injection. Changes nothing.
 */
export async function abilities(all: Iterable<Fault> = Object.values(faults)): Promise<Ability[]> {
	const found: Ability[] = [];
	for (const { kind, injector, samples } of all) {
		if (!injector || !samples) continue;
		const injects = await injector();
		for (const [variant, instruction] of Object.entries(await samples())) {
			const by = kind.spec.variants?.by ?? "";
			found.push({ name: faultName(kind, { [by]: variant }), ...(await ability(injects, instruction)) });
		}
	}
	return found;
}

async function ability(injector: Injector<unknown, unknown>, instruction: unknown): Promise<Omit<Ability, "name">> {
	try {
		await injector.needs(instruction);
		return { able: true };
	} catch (error) {
		return { able: false, why: errorText(error).slice(0, longest) };
	}
}
