import { arrange } from "./arrange.ts";
import type { Finding } from "./finding.ts";
import { fields, literal } from "./literal.ts";
import type { Experiment } from "./manifest.ts";
import { byReference, sharedSelectors } from "./selectors.ts";

/** A program, and what a user has to know of it. */
export interface Program {
	text: string;
	findings: Finding[];
}

/** Writes the program that declares these experiments. */
export function programFor(experiments: readonly Experiment[]): Program {
	const shared = sharedSelectors(experiments.map(({ kind, spec }) => ({ field: kind.spec, value: spec })));
	const constants = shared.map(({ name, value }) => {
		const before = `const ${name}: chaos.Selector = `;
		return `${before}${literal(value, before.length + 1)};`;
	});
	const { names, findings } = resourceNames(experiments);
	const resources = experiments.map(({ kind, namespace, spec, paused, ownerTeam, reason }, index) => {
		const args = {
			...(namespace !== undefined && { namespace }),
			...(arrange(kind.spec, spec, byReference(shared)) as Record<string, unknown>),
			...(paused && { paused }),
			...(ownerTeam !== undefined && { ownerTeam }),
			...(reason !== undefined && { reason }),
		};
		return `new chaos.${kind.kind}(${literal(names[index], 0)}, ${fields(args)});`;
	});
	const parts = ['import * as chaos from "pulumi-chaos";', constants.join("\n"), ...resources];
	return { text: `${parts.filter((part) => part !== "").join("\n\n")}\n`, findings };
}

/** Two resources of one kind can't have the same name, as two objects in different namespaces can. */
function resourceNames(experiments: readonly Experiment[]): { names: string[]; findings: Finding[] } {
	const taken = new Map<string, string>();
	const findings: Finding[] = [];
	const names = experiments.map(({ kind, name, where }) => {
		const key = (candidate: string): string => `${kind.kind} ${candidate}`;
		let free = name;
		for (let number = 2; taken.has(key(free)); number++) free = `${name}-${number}`;
		if (free !== name) {
			const text = `metadata.name: ${JSON.stringify(name)} is the name of ${taken.get(key(name))} too; the resource is called "${free}"`;
			findings.push({ level: "warning", where, text });
		}
		taken.set(key(free), where);
		return free;
	});
	return { names, findings };
}
