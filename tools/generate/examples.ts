import { stringify } from "yaml";
import { apiVersion } from "../../api/names.ts";
import type { Example } from "../../api/reference.ts";

/** An example as a program; not formatted yet. */
export function program(kind: string, { name, spec }: Example): string {
	return `import { ${kind} } from "pulumi-chaos";\n\n${statement(kind, { name, spec })}`;
}

/** The statement alone that makes the experiment. */
export function statement(kind: string, { name, spec }: Example): string {
	return `new ${kind}(${JSON.stringify(name)}, ${JSON.stringify(spec)});\n`;
}

/** The object that an example is in the cluster. */
export function manifest(kind: string, { name, spec }: Example): string {
	return stringify({ apiVersion, kind, metadata: { name }, spec });
}
