import { stringify } from "yaml";
import { crd } from "../../api/crd.ts";
import { emergencyStopDefinition, emergencyStopPlural } from "../../api/emergency-stop.ts";
import { nodeReportDefinition, nodeReportPlural } from "../../api/node-report.ts";
import { ownProbe, ownProbeDefinition } from "../../api/own-probe.ts";
import { guardRailsDefinition, guardRailsPlural } from "../../guard-rails/object.ts";
import type { Source } from "./sources.ts";
import { header } from "./typescript-file.ts";

/** Where the CustomResourceDefinitions are, for `kubectl apply --server-side -f crds/`. */
export const crdsFolder = "crds";

/** The CustomResourceDefinitions as YAML, by path. */
export function crds(all: readonly Source[]): Map<string, string> {
	const definitions = all.map(({ kind, file }) => [kind.plural, file, crd(kind)] as const);
	const own = [
		[emergencyStopPlural, "api/emergency-stop.ts", emergencyStopDefinition()],
		[guardRailsPlural, "guard-rails/spec.ts", guardRailsDefinition()],
		[nodeReportPlural, "api/node-report.ts", nodeReportDefinition()],
		[ownProbe.plural, "api/own-probe.ts", ownProbeDefinition()],
	] as const;
	return new Map(
		[...definitions, ...own].map(([plural, file, definition]) => [
			`${crdsFolder}/${plural}.yaml`,
			// No aliases: not every reader of CRDs knows them.
			`# ${header(file)}\n${stringify(definition, { lineWidth: 120, aliasDuplicateObjects: false })}`,
		]),
	);
}
