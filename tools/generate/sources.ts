import { globSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../api/json.ts";
import type { Kind } from "../../api/kind.ts";
import type { Reference } from "../../api/reference.ts";
import { faults, pendingFaults } from "../../faults/registry.ts";
import { root } from "../lib/paths.ts";

/** A kind, and where it is defined. */
export interface Source {
	readonly kind: Kind;
	/** Path from the repository's root: `faults/pod/spec.ts`. */
	readonly file: string;
	/** Name that the file exports it by: `podChaos`. */
	readonly name: string;
	/** Absent: nothing injects it yet. */
	readonly reference?: Reference;
}

/** All kinds that the registries know, by name. */
export async function sources(): Promise<Source[]> {
	const ready = await Promise.all(
		Object.values(faults).map(async ({ kind, reference }) => ({ kind, reference: await reference() })),
	);
	const pending = Object.values(pendingFaults).map((kind) => ({ kind }));
	const exported = await exports();
	return [...ready, ...pending]
		.map((one) => {
			const found = exported.find(({ value }) => isObject(value) && value["kind"] === one.kind.kind);
			if (!found) throw new Error(`no faults/<kind>/spec.ts exports the kind ${one.kind.kind}`);
			return { ...one, file: found.file, name: found.name };
		})
		.sort((a, b) => (a.kind.kind < b.kind.kind ? -1 : 1));
}

async function exports(): Promise<{ file: string; name: string; value: unknown }[]> {
	const files = globSync("faults/*/spec.ts", { cwd: root });
	const modules = await Promise.all(
		files.map(async (file) => ({ file, module: (await import(join(root, file))) as Record<string, unknown> })),
	);
	return modules.flatMap(({ file, module }) => Object.entries(module).map(([name, value]) => ({ file, name, value })));
}
