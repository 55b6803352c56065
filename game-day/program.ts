import type { EngineEvent, StepEventStateMetadata } from "@pulumi/pulumi/automation";
import { isObject } from "../api/json.ts";
import type { ClusterReference } from "../provider/cluster/reference.ts";
import { kinds } from "../provider/kinds.ts";

/** An experiment that the program declares. */
export interface DeclaredExperiment {
	/** `NetworkChaos`. */
	kind: string;
	/** Name of the Pulumi resource. */
	name: string;
	/** What the object in the cluster is known by. */
	owner: string;
	/** Whether it is known whom it would hit, or that this depends on what is not there yet, or is for others to say. */
	previewed: boolean;
}

/** The experiments of a stack in one cluster. */
export interface DeclaredScope {
	/** Value of the label that the experiments carry. */
	scope: string;
	cluster: ClusterReference;
}

/** What Pulumi's engine tells of a program while it runs it: what it declares, what was said, and what went wrong. */
export class ProgramLog {
	/** By their ids. */
	readonly scopes = new Map<string, DeclaredScope>();
	/** What was said besides errors, by the provider or the program; a line each. */
	readonly remarks: string[] = [];
	/** What went wrong; a sentence each. */
	readonly errors: string[] = [];
	/** By URN. */
	private readonly declared = new Map<string, DeclaredExperiment>();

	/** The experiments, by name: the order in which they are declared is a matter of chance. */
	get experiments(): DeclaredExperiment[] {
		return [...this.declared.values()].sort((one, other) => (title(one) < title(other) ? -1 : 1));
	}

	/** Takes an event of the engine. */
	readonly hear = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent }: EngineEvent): void => {
		const resource = (resourcePreEvent ?? resOutputsEvent)?.metadata.new;
		if (resource) this.declare(resource);
		if (diagnosticEvent) this.note(diagnosticEvent);
	};

	private declare({ urn, type, inputs }: StepEventStateMetadata): void {
		if (!type.startsWith("pulumi-nodejs:dynamic/pulumi-chaos:")) return;
		const { kind, owner, scope, cluster, previewed, adopt } = inputs;
		if (kind === "Scope" && typeof scope === "string" && isObject(cluster)) this.scopes.set(scope, { scope, cluster });
		if (!(kind in kinds)) return;
		const name = urn.split("::").at(-1) ?? urn;
		this.declared.set(urn, { kind, name, owner: String(owner), previewed: previewed !== undefined || adopt === true });
	}

	private note({ severity, message }: { severity: string; message: string }): void {
		// The engine puts a heading over what a provider has thrown.
		const text = message.trim().replace(/^\d+ errors? occurred:\s+\* /, "");
		if (text === "" || severity === "debug") return;
		if (severity !== "error") this.remarks.push(...text.split("\n"));
		else if (!/^(update|preview) failed$/.test(text) && !this.errors.includes(text)) this.errors.push(text);
	}
}

function title({ name, kind }: DeclaredExperiment): string {
	return `${name} ${kind}`;
}
