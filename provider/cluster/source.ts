import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { type Problem, quote } from "../../api/problem.ts";
import type { ClusterReference } from "./reference.ts";

/** Where a reference says that its kubeconfig is. */
export interface Source {
	/** Where the kubeconfig comes from, for messages. */
	title: string;
	/** Field of the reference that a problem with it is reported at. */
	path: string;
	/** Absolute paths of files that exist; empty when it is a text. */
	files: string[];
	/** The text of an environment variable. */
	text?: string;
}

/** From where a reference is looked up. */
export interface Standpoint {
	/** What relative paths start at. */
	folder: string;
	environment: NodeJS.ProcessEnv;
}

/** This process's own. */
export function ownStandpoint(): Standpoint {
	return { folder: process.cwd(), environment: process.env };
}

const howTo =
	'write for example cluster: { kubeconfig: "~/.kube/config", context: "staging" }, or set it for the stack with ' +
	'"pulumi config set pulumi-chaos:kubeconfig ~/.kube/config" and "pulumi config set pulumi-chaos:context staging"';

/** Finds the kubeconfig of a reference, without reading it. The result is the place, or what is wrong with the reference. */
export function findSource(reference: ClusterReference, from: Standpoint = ownStandpoint()): Source | Problem {
	const { kubeconfig, kubeconfigEnv, context } = reference;
	if (kubeconfig !== undefined && kubeconfigEnv !== undefined) {
		return { path: "cluster", message: "names a kubeconfig and an environment variable; leave one of them out" };
	}
	if (kubeconfig !== undefined) return fileSource("cluster.kubeconfig", [kubeconfig], from);
	if (kubeconfigEnv !== undefined) return environmentSource(kubeconfigEnv, from);
	if (context === undefined) return { path: "cluster", message: `no cluster is named; ${howTo}` };
	return fileSource("cluster.context", from.environment["KUBECONFIG"]?.split(delimiter) ?? ["~/.kube/config"], from);
}

function environmentSource(name: string, from: Standpoint): Source | Problem {
	const value = from.environment[name];
	if (value === undefined || value === "") {
		return {
			path: "cluster.kubeconfigEnv",
			message: `the environment variable ${quote(name)} is not set; export it with the path or the text of a kubeconfig`,
		};
	}
	const title = `the environment variable ${name}`;
	if (value.includes("\n") || value.startsWith("{"))
		return { title, path: "cluster.kubeconfigEnv", files: [], text: value };
	return fileSource("cluster.kubeconfigEnv", value.split(delimiter), from);
}

function fileSource(path: string, names: string[], { folder }: Standpoint): Source | Problem {
	const files = names.filter((name) => name !== "").map((name) => expandPath(name, folder));
	const missing = files.filter((file) => !existsSync(file) || !statSync(file).isFile());
	// As kubectl does: of several files, those that do not exist are passed over.
	if (files.length === missing.length) {
		return { path, message: `there is no kubeconfig file ${missing.map(quote).join(" or ")}; ${howTo}` };
	}
	const found = files.filter((file) => !missing.includes(file));
	return { title: found.join(delimiter), path, files: found };
}

/** The absolute path of a file that a user named: `~/` is the home folder, relative is relative to the folder. */
function expandPath(file: string, folder: string): string {
	return file === "~" || file.startsWith("~/") ? join(homedir(), file.slice(1)) : resolve(folder, file);
}
