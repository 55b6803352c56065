import { globSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../api/json.ts";
import type { Kind } from "../../api/kind.ts";
import type { Reference } from "../../api/reference.ts";
import { faults } from "../../faults/registry.ts";
import { allKinds } from "../../orchestration/kinds.ts";
import { root } from "../lib/paths.ts";

/** A kind, and where it comes from. */
export interface Source {
	readonly kind: Kind;
	/** File that defines it, from the repository's root: `faults/pod/spec.ts`. */
	readonly file: string;
	/** Absent: nothing runs it yet. */
	readonly reference?: Reference;
}

/** All kinds, in the order of their names. */
export async function sources(): Promise<Source[]> {
	const files = await filesByKind();
	const found = allKinds.map(async (kind): Promise<Source> => {
		const file = files.get(kind.kind);
		if (file === undefined) throw new Error(`no faults/<kind>/spec.ts or orchestration/*.ts exports ${kind.kind}`);
		const reference = await faults[kind.kind]?.reference();
		return { kind, file, ...(reference && { reference }) };
	});
	return (await Promise.all(found)).sort((a, b) => (a.kind.kind < b.kind.kind ? -1 : 1));
}

async function filesByKind(): Promise<Map<string, string>> {
	const files = globSync(["faults/*/spec.ts", "orchestration/*.ts"], { cwd: root });
	const found = files.map(async (file) => {
		const exported: Record<string, unknown> = await import(join(root, file));
		const kinds = Object.values(exported).filter((value) => isObject(value) && typeof value["kind"] === "string");
		return kinds.map((kind) => [(kind as unknown as Kind).kind, file] as const);
	});
	return new Map((await Promise.all(found)).flat());
}
