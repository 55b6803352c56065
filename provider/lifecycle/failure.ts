import { apiVersion, systemLabel } from "../../api/names.ts";
import { quote } from "../../api/problem.ts";
import { webhookPort } from "../../api/webhook.ts";
import { ApiError, type Cluster } from "../cluster/cluster.ts";

/** A failure whose message is all that a user needs: the engine prints no stack for it. */
export class LifecycleError extends Error {
	// The dynamic provider writes name and stack of an error to the console.
	override readonly name = "";

	constructor(message: string) {
		super(message);
		this.stack = "";
	}
}

/**
 * The object exists and is not what it should be. The fields are Pulumi's protocol of dynamic resources: the resource enters the
 * state with these properties, so that `destroy` finds it.
 */
export class PartialFailure extends LifecycleError {
	readonly id: string;
	readonly properties: object;
	readonly reasons: string[];

	constructor(message: string, id: string, properties: object) {
		super(message);
		this.id = id;
		this.properties = properties;
		this.reasons = [message];
	}
}

/** What was being done when a request failed: `create NetworkChaos "default/cut-1a2b3c4d"`. */
export interface Attempt {
	doing: string;
	namespace?: string;
	/** Group and version of what it was done to; default: those of experiments. */
	of?: string;
	/** What to do when the cluster does not exist any more. */
	ifGone?: string;
}

/** For {@link Attempt.ifGone} of a deletion. */
export const letGo = 'when it is gone for good, take the resource out of the state with "pulumi state delete"';

/** Anything that was thrown while talking to a cluster, as a sentence that says what happened, where, and what to do. */
export function explain(
	error: unknown,
	cluster: Cluster,
	{ doing, namespace, of = apiVersion, ifGone }: Attempt,
): Error {
	if (!(error instanceof ApiError)) return error instanceof Error ? error : new Error(String(error));
	const failed = `can't ${doing} in the cluster ${cluster.where}`;
	if (isUnanswered(error)) return new LifecycleError(`${failed}: ${unanswered(error)}`);
	switch (error.status) {
		case 0:
			return new LifecycleError(
				`${failed}: the API server can't be reached (${error.message}); check that the cluster is up and ` +
					`that the address is right${ifGone === undefined ? "" : `; ${ifGone}`}`,
			);
		case 400:
			return new LifecycleError(`${failed}: ${notTaken(error)}`);
		case 401:
			return new LifecycleError(`${failed}: the credentials of that context are not accepted; renew them`);
		case 403:
			return new LifecycleError(
				`${failed}: no rights: ${error.message}; grant that user the verb and resource named here`,
			);
		case 404:
			return new LifecycleError(`${failed}: ${notFound(error, namespace, of)}`);
		default:
			return new LifecycleError(`${failed}: refused with status ${error.status}: ${error.message}`);
	}
}

/** Whether a creation was refused only because our controller did not answer the API server. */
export function isUnanswered(error: unknown): boolean {
	return (
		error instanceof ApiError && error.status === 500 && /failed calling webhook ".*pulumi-chaos/.test(error.message)
	);
}

function unanswered({ message }: ApiError): string {
	return (
		`the controller does not answer the API server (${message}); see that its pod is ready with "kubectl get pods -A -l ` +
		`${systemLabel}=controller", and that nothing keeps the API server from port ${webhookPort} of it`
	);
}

function notTaken({ message }: ApiError): string {
	const older = /unknown field/.test(message)
		? "; the CRDs there are older than this package: update the Installation, or apply them again"
		: "";
	return `refused with status 400: ${message}${older}`;
}

function notFound(error: ApiError, namespace: string | undefined, of: string): string {
	if (error.about.kind === "namespaces") {
		return `there is no namespace ${quote(namespace ?? error.about.name)}; create it first, or set another "namespace"`;
	}
	return (
		`the CRDs of ${of} are not installed; add \`new Installation(...)\` of pulumi-chaos for this cluster and let ` +
		`this resource depend on it (dependsOn), or apply the CRDs of ${of.split("/")[0]} by hand`
	);
}
