import { KubeConfig } from "@kubernetes/client-node";
import { oneOf, type Problem, quote } from "../../api/problem.ts";
import type { ClusterReference } from "./reference.ts";
import { findSource, ownStandpoint, type Source, type Standpoint } from "./source.ts";

/** A reference that was looked up: client configuration set to the right context, and what to call the place in messages. */
export interface ResolvedCluster {
	config: KubeConfig;
	context: string;
	/** Absolute paths of the kubeconfig; empty when it is the text of an environment variable. */
	files: string[];
	server: string;
	/** `https://10.0.0.1:6443 (context "dev" of /home/me/.kube/config)` */
	where: string;
}

/** Looks a reference up. The result is the cluster, or what is wrong with the reference; credentials are in no message. */
export function resolveCluster(
	reference: ClusterReference,
	from: Standpoint = ownStandpoint(),
): ResolvedCluster | Problem {
	const source = findSource(reference, from);
	if ("message" in source) return source;
	const config = load(source);
	if ("message" in config) return config;
	const contexts = config.getContexts().map((context) => context.name);
	const chosen = reference.context ?? (contexts.length === 1 ? contexts[0] : undefined);
	if (chosen === undefined || !contexts.includes(chosen)) return wrongContext(reference.context, contexts, source);
	config.setCurrentContext(chosen);
	const server = config.getCurrentCluster()?.server;
	if (server === undefined) {
		return { path: "cluster.context", message: `${quote(chosen)} names a cluster that ${source.title} does not have` };
	}
	return {
		config,
		context: chosen,
		files: source.files,
		server,
		where: `${server} (context ${quote(chosen)} of ${source.title})`,
	};
}

function load(source: Source): KubeConfig | Problem {
	const whole = new KubeConfig();
	try {
		if (source.text !== undefined) whole.loadFromString(source.text);
		for (const file of source.files) {
			const part = new KubeConfig();
			part.loadFromFile(file);
			addMissing(whole, part);
		}
		return whole;
	} catch {
		// The parser's own message quotes the text around the fault, which may be a credential.
		return { path: source.path, message: `${source.title} is not a kubeconfig; check it with "kubectl config view"` };
	}
}

/** Of entries with the same name in several files the first counts, as for kubectl. */
function addMissing(whole: KubeConfig, part: KubeConfig): void {
	for (const cluster of part.clusters ?? []) if (!whole.getCluster(cluster.name)) whole.addCluster(cluster);
	for (const user of part.users ?? []) if (!whole.getUser(user.name)) whole.addUser(user);
	for (const context of part.contexts ?? []) if (!whole.getContextObject(context.name)) whole.addContext(context);
}

function wrongContext(asked: string | undefined, contexts: string[], source: Source): Problem {
	if (contexts.length === 0) return { path: source.path, message: `${source.title} has no contexts` };
	return asked === undefined
		? { path: "cluster.context", message: `missing; ${source.title} has more than one: use ${oneOf(contexts)}` }
		: { path: "cluster.context", message: `${quote(asked)} is not in ${source.title}; use ${oneOf(contexts)}` };
}
