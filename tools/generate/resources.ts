import { criteria, numberCriteria } from "../../api/criteria.ts";
import type { ObjectField } from "../../api/field.ts";
import type { Kind } from "../../api/kind.ts";
import { ownProbe } from "../../api/own-probe.ts";
import { probe } from "../../api/probe.ts";
import { mode, podSelector, selector } from "../../api/selector.ts";
import { guardRailsSpec } from "../../guard-rails/spec.ts";
import { classFile } from "./class.ts";
import { type Home, type Homes, Interfaces } from "./interfaces.ts";
import { kebab } from "./names.ts";
import type { Source } from "./sources.ts";
import { typescriptFile } from "./typescript-file.ts";

/** Where the classes and their arguments are. */
export const resourcesFolder = "provider/resources";

/** Objects that all kinds share, and how their types are called; in the file `selector`. */
const sharedObjects: readonly (readonly [string, ObjectField])[] = [
	["Selector", selector],
	["ExpressionSelector", selector.fields.expressionSelectors.items],
	["PodSelector", podSelector],
];
/** The same of probes; in the file `probe`. */
const probeObjects: readonly (readonly [string, ObjectField])[] = [
	["ExperimentProbe", probe],
	["Criteria", criteria],
	["NumberCriteria", numberCriteria],
];

const guardRailsFile = "guard-rails-spec";

/**
 * The classes of all kinds with the types of their arguments, by path; not formatted yet.
 *
 * @param examples - programs for their doc comments, by kind
 */
export function resources(all: readonly Source[], examples: ReadonlyMap<string, string>): Map<string, string> {
	const homes = homesOf(all.map(({ kind }) => kind));
	const files = new Map([
		["selector", sharedTypes(homes)],
		["probe", probeTypes(homes)],
		[guardRailsFile, guardRailsTypes(homes)],
		...all.map((source) => {
			const { kind } = source.kind;
			return [kebab(kind), classFile(source, homes, examples.get(kind))] as const;
		}),
	]);
	return new Map([
		...[...files].map(([name, text]) => [`${resourcesFolder}/${name}.ts`, text] as const),
		[`${resourcesFolder}/index.ts`, index([...files.keys()])],
	]);
}

function homesOf(kinds: readonly Kind[]): Homes {
	return new Map<object, Home>([
		[mode.enum, { name: "Mode", file: "selector" }],
		...sharedObjects.map(([name, { fields }]) => [fields, { name, file: "selector" }] as const),
		...probeObjects.map(([name, { fields }]) => [fields, { name, file: "probe" }] as const),
		...kinds.map(({ kind, spec }) => [spec.fields, { name: `${kind}Spec`, file: kebab(kind) }] as const),
	]);
}

function sharedTypes(homes: Homes): string {
	const interfaces = new Interfaces(homes, "selector");
	interfaces.declareEnum(mode, "Mode");
	for (const [name, object] of sharedObjects) interfaces.declare(object, name);
	return typescriptFile("api/selector.ts", interfaces.imports, interfaces.declarations);
}

function probeTypes(homes: Homes): string {
	const interfaces = new Interfaces(homes, "probe");
	interfaces.declare(ownProbe.spec, "Probe", "Spec");
	for (const [name, object] of probeObjects) interfaces.declare(object, name);
	return typescriptFile("api/probe.ts", interfaces.imports, interfaces.declarations);
}

/** Of guard rails there is no class here: they are no experiment, and their component is written by hand. */
function guardRailsTypes(homes: Homes): string {
	const interfaces = new Interfaces(homes, guardRailsFile);
	interfaces.declare(guardRailsSpec, "GuardRails", "Spec");
	return typescriptFile("guard-rails/spec.ts", interfaces.imports, interfaces.declarations);
}

function index(files: readonly string[]): string {
	const lines = files.map((name) => `export * from "./${name}.ts";`);
	return typescriptFile("orchestration/kinds.ts", new Map(), [
		`export type * from "../../api/scalars.ts";\n${lines.join("\n")}`,
	]);
}
