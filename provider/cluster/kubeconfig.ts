import { existsSync, statSync } from "node:fs";
import { delimiter } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { oneOf, type Problem, quote } from "../../api/problem.ts";
import { expandPath } from "./path.ts";
import type { ClusterReference } from "./reference.ts";

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

interface Source {
	/** Where the kubeconfig comes from, for messages. */
	title: string;
	/** Field of the reference that a problem with it is reported at. */
	path: string;
	files: string[];
	text?: string;
}

const howTo =
	'write for example cluster: { kubeconfig: "~/.kube/config", context: "staging" }, or set it for the stack with ' +
	'"pulumi config set pulumi-chaos:kubeconfig ~/.kube/config" and "pulumi config set pulumi-chaos:context staging"';

/** Looks a reference up. The result is the cluster, or what is wrong with the reference; credentials are in no message. */
export function resolveCluster(reference: ClusterReference): ResolvedCluster | Problem {
	const source = findSource(reference);
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

function findSource(reference: ClusterReference): Source | Problem {
	const { kubeconfig, kubeconfigEnv, context } = reference;
	if (kubeconfig !== undefined && kubeconfigEnv !== undefined) {
		return { path: "cluster", message: "names a kubeconfig and an environment variable; leave one of them out" };
	}
	if (kubeconfig !== undefined) return fileSource("cluster.kubeconfig", [kubeconfig]);
	if (kubeconfigEnv !== undefined) return environmentSource(kubeconfigEnv);
	if (context === undefined) return { path: "cluster", message: `no cluster is named; ${howTo}` };
	return fileSource("cluster.context", process.env["KUBECONFIG"]?.split(delimiter) ?? ["~/.kube/config"]);
}

function environmentSource(name: string): Source | Problem {
	const value = process.env[name];
	if (value === undefined || value === "") {
		return {
			path: "cluster.kubeconfigEnv",
			message: `the environment variable ${quote(name)} is not set; export it with the path or the text of a kubeconfig`,
		};
	}
	const title = `the environment variable ${name}`;
	if (value.includes("\n") || value.startsWith("{"))
		return { title, path: "cluster.kubeconfigEnv", files: [], text: value };
	return fileSource("cluster.kubeconfigEnv", value.split(delimiter));
}

function fileSource(path: string, names: string[]): Source | Problem {
	const files = names.filter((name) => name !== "").map(expandPath);
	const missing = files.filter((file) => !existsSync(file) || !statSync(file).isFile());
	// As kubectl does: of several files, those that do not exist are passed over.
	if (files.length === missing.length) {
		return { path, message: `there is no kubeconfig file ${missing.map(quote).join(" or ")}; ${howTo}` };
	}
	const found = files.filter((file) => !missing.includes(file));
	return { title: found.join(delimiter), path, files: found };
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
