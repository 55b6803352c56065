import type * as kubernetes from "@pulumi/kubernetes";
import { type Input, output } from "@pulumi/pulumi";

/** The image that controller and daemon run from. */
export interface ImageArgs {
	/** Name and tag of the image, such as `registry.example.com/pulumi-chaos:0.1.0`; built from `images/Dockerfile`. */
	image: Input<string>;
	/** When nodes fetch the image: `Always`, `IfNotPresent` or `Never`. Default: `IfNotPresent`. */
	imagePullPolicy?: Input<"Always" | "IfNotPresent" | "Never"> | undefined;
	/** Names of Secrets in the installation's namespace with credentials for the registry. Default: none. */
	imagePullSecrets?: Input<Input<string>[]> | undefined;
}

/** Lowest log level: `debug`, `info`, `warn` or `error`. */
export type LogLevelInput = Input<"debug" | "info" | "warn" | "error">;

/** The `imagePullSecrets` of a pod, when there are any. */
export function pullSecrets({
	imagePullSecrets,
}: ImageArgs): Pick<kubernetes.types.input.core.v1.PodSpec, "imagePullSecrets"> {
	if (!imagePullSecrets) return {};
	return { imagePullSecrets: output(imagePullSecrets).apply((names) => names.map((name) => ({ name }))) };
}
