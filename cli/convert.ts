import type { Kind } from "../api/kind.ts";
import { documents } from "./documents.ts";
import type { Finding } from "./finding.ts";
import { kinds } from "./kinds.ts";
import { type Experiment, readManifest } from "./manifest.ts";
import { programFor } from "./program.ts";

/** What became of a file. */
export interface Conversion {
	/** Absent when there is any error: a program that lacks an experiment would go unnoticed. */
	program?: string;
	findings: Finding[];
}

/**
 * Turns Chaos Mesh manifests, as YAML, into a Pulumi program in TypeScript.
 *
 * @param known - the kinds that have a class, by name
 */
export function convert(yaml: string, known: ReadonlyMap<string, Kind> = kinds): Conversion {
	const experiments: Experiment[] = [];
	const findings: Finding[] = [];
	for (const document of documents(yaml)) {
		if ("message" in document) {
			findings.push({ level: "error", where: document.where, text: `is not YAML: ${document.message}` });
			continue;
		}
		const reading = readManifest(document, known);
		findings.push(...reading.findings);
		if (reading.experiment) experiments.push(reading.experiment);
	}
	if (findings.some(({ level }) => level === "error")) return { findings };
	if (experiments.length === 0) {
		return {
			findings: [...findings, { level: "error", where: "all of it", text: "there is no experiment to convert" }],
		};
	}
	const program = programFor(experiments);
	return { program: program.text, findings: [...findings, ...program.findings] };
}
