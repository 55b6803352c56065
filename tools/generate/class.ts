import { docComment } from "./doc-comment.ts";
import { type Homes, Interfaces } from "./interfaces.ts";
import { kebab } from "./names.ts";
import type { Source } from "./sources.ts";
import { typescriptFile } from "./typescript-file.ts";

/**
 * The file of a kind: its class, the types of its arguments, and those of the objects in them.
 *
 * @param example - program for the class's doc comment, if there is one
 */
export function classFile({ kind, file }: Source, homes: Homes, example: string | undefined): string {
	const name = kind.kind;
	const interfaces = new Interfaces(homes, kebab(name));
	interfaces.need("../experiment.ts", "Experiment");
	interfaces.need("../experiment.ts", "type ExperimentOptions");
	interfaces.need("../args.ts", "type CommonArgs");
	const refused = kind.pending ? "This version of pulumi-chaos can't run it yet: its preview is refused." : "";
	const doc = docComment(kind.description, refused, example === undefined ? "" : `@example\n${example.trimEnd()}`);
	const specs = interfaces.declare(kind.spec, name, "Spec");
	return typescriptFile(file, interfaces.imports, [
		`${doc}
export class ${name} extends Experiment {
	constructor(name: string, args: ${name}Args, opts?: ExperimentOptions) {
		super("${name}", name, args, opts);
	}
}`,
		...declareArguments(name, specs),
		...interfaces.declarations,
	]);
}

/** Arguments are what a spec says and what every experiment has. */
function declareArguments(kind: string, specs: readonly string[]): string[] {
	const all = `${kind}Args`;
	const variants = specs.map((spec) => ({ spec, args: spec.replace(/Spec$/, "Args") }));
	const union = variants.map(({ args }) => args).join(" | ");
	return [
		...(union === all ? [] : [`/** Arguments of {@link ${kind}}. */\nexport type ${all} = ${union};`]),
		...variants.map(({ spec, args }) => {
			const which = args === all ? "" : `: {@link ${spec}}`;
			return `/** Arguments of {@link ${kind}}${which}. */\nexport interface ${args} extends ${spec}, CommonArgs {}`;
		}),
	];
}
