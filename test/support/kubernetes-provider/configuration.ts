import { existsSync } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node";
import type { JsonObject } from "./json.ts";
import type { Mutability } from "./replacement.ts";

/** How the stand-in is set up for one provider resource. */
export interface Configuration {
	kubeconfig: KubeConfig;
	/** Where objects without a namespace go; undefined leaves that to the API server ("default"). */
	namespace: string | undefined;
	mutable: Mutability;
}

/** Settings of the real plugin that change nothing here. */
const ignored = [
	"clusterIdentifier",
	"kubeClientSettings",
	"suppressDeprecationWarnings",
	"suppressHelmHookWarnings",
	"version",
];
const used = ["kubeconfig", "context", "namespace", "enableSecretMutable", "enableConfigMapMutable"];

/** What is wrong with the settings of a provider, by name; empty when they are fine. */
export function problemsOf(settings: JsonObject): { property: string; reason: string }[] {
	const problems = Object.entries(settings)
		.filter(([name, value]) => ![...used, ...ignored].includes(name) && !isDefault(name, value))
		.map(([property]) => ({
			property,
			reason: "the stand-in for pulumi-resource-kubernetes does not have this setting",
		}));
	if (settings["kubeconfig"] !== undefined) return problems;
	const reason = "the stand-in takes no kubeconfig from the surroundings: set it to a path or to the file's content";
	return [...problems, { property: "kubeconfig", reason }];
}

/** Reads the settings of a provider, of which {@link problemsOf} finds none wrong. Throws when the kubeconfig can't be used. */
export function configurationOf(settings: JsonObject): Configuration {
	const kubeconfig = load(String(settings["kubeconfig"] ?? ""), settings["context"]);
	const namespace = settings["namespace"] ?? kubeconfig.getContextObject(kubeconfig.getCurrentContext())?.namespace;
	return {
		kubeconfig,
		namespace: typeof namespace === "string" ? namespace : undefined,
		mutable: { secrets: isOn(settings["enableSecretMutable"]), configMaps: isOn(settings["enableConfigMapMutable"]) },
	};
}

/** The address of the API server that settings lead to; undefined when they lead to none. */
export function serverOf(settings: JsonObject): string | undefined {
	try {
		return configurationOf(settings).kubeconfig.getCurrentCluster()?.server;
	} catch {
		return undefined;
	}
}

function load(pathOrContent: string, context: unknown): KubeConfig {
	const config = new KubeConfig();
	if (existsSync(pathOrContent)) config.loadFromFile(pathOrContent);
	else if (pathOrContent.includes("\n") || pathOrContent.startsWith("{")) config.loadFromString(pathOrContent);
	else throw new Error(`kubeconfig: there is no file "${pathOrContent}"`);
	if (typeof context === "string") config.setCurrentContext(context);
	if (config.getCurrentCluster() !== null) return config;
	const names = config.getContexts().map(({ name }) => `"${name}"`);
	throw new Error(
		`context "${config.getCurrentContext()}" is not in the kubeconfig; it has ${names.join(", ") || "none"}`,
	);
}

function isDefault(name: string, value: unknown): boolean {
	return name === "enableServerSideApply" ? isOn(value) : !isOn(value) && (value === "false" || value === false);
}

function isOn(value: unknown): boolean {
	return value === true || value === "true";
}
