import { checkField } from "../api/check.ts";
import { clean } from "../api/clean.ts";
import { isObject } from "../api/json.ts";
import type { Kind } from "../api/kind.ts";
import { apiVersion, group } from "../api/names.ts";
import { pendingMessage } from "../api/pending.ts";
import { type Problem, quote } from "../api/problem.ts";
import type { Manifest } from "./documents.ts";
import type { Finding } from "./finding.ts";
import { checkMetadata, type Metadata } from "./metadata.ts";

/** An experiment that a manifest declares: what goes into the program. */
export interface Experiment extends Metadata {
	/** Which manifest, for what is found out later. */
	where: string;
	kind: Kind;
	/** Without the fields that say nothing. */
	spec: Record<string, unknown>;
}

/** What became of a manifest. */
export interface Reading {
	/** Absent: nothing to convert, or there are errors. */
	experiment?: Experiment;
	findings: Finding[];
}

/** Reads one manifest of one of the kinds, and says what is wrong with it. */
export function readManifest({ where: place, value }: Manifest, kinds: ReadonlyMap<string, Kind>): Reading {
	const where = `${place}${nameOf(value)}`;
	const error = (text: string): Reading => ({ findings: [{ level: "error", where, text }] });
	if (!isObject(value) || typeof value["kind"] !== "string" || typeof value["apiVersion"] !== "string") {
		return error("is not an object of Kubernetes: apiVersion and kind are missing");
	}
	if (!value["apiVersion"].startsWith(`${group}/`)) {
		return { findings: [{ level: "warning", where, text: `is left out: it is not of ${group}` }] };
	}
	if (value["apiVersion"] !== apiVersion) {
		return error(`apiVersion: ${quote(value["apiVersion"])} is not known; use "${apiVersion}"`);
	}
	const kind = kinds.get(value["kind"]);
	if (kind) return readExperiment(kind, value, where);
	return error(`kind: ${quote(value["kind"])} is not known; the kinds are ${[...kinds.keys()].sort().join(", ")}`);
}

function readExperiment(kind: Kind, value: Record<string, unknown>, where: string): Reading {
	const metadata = checkMetadata(value["metadata"]);
	const spec = isObject(value["spec"]) ? clean(kind.spec, value["spec"]) : value["spec"];
	const known = ["apiVersion", "kind", "metadata", "spec", "status"];
	const unknown = Object.keys(value).filter((name) => !known.includes(name));
	const problems: Problem[] = [
		...unknown.map((path) => ({ path, message: `is not a known field; the fields here are ${known.join(", ")}` })),
		...metadata.problems,
		...(kind.pending ? [{ path: "kind", message: pendingMessage(kind.kind), pending: true as const }] : []),
		...(spec === undefined ? [{ path: "spec", message: "missing" }] : checkField(kind.spec, spec, "spec")),
	];
	const findings: Finding[] = [
		...problems.map(({ path, message, pending }): Finding => {
			return { level: pending ? "warning" : "error", where, text: `${path}: ${message}` };
		}),
		...metadata.notes.map((text): Finding => ({ level: "warning", where, text })),
	];
	if (findings.some(({ level }) => level === "error")) return { findings };
	return { experiment: { where, kind, ...metadata.found, spec: spec as Record<string, unknown> }, findings };
}

/** How messages call a manifest: `, PodChaos "shop/kill"`; as much of it as there is. */
function nameOf(value: unknown): string {
	if (!isObject(value) || typeof value["kind"] !== "string") return "";
	const metadata = isObject(value["metadata"]) ? value["metadata"] : {};
	const name = [metadata["namespace"], metadata["name"] ?? metadata["generateName"]].filter(Boolean).join("/");
	return `, ${value["kind"]}${name === "" ? "" : ` ${quote(name)}`}`;
}
