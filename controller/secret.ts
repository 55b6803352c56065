/** A Secret; values are base64. */
export interface Secret {
	apiVersion: "v1";
	kind: "Secret";
	metadata: { name: string; namespace: string; resourceVersion?: string; labels?: Record<string, string> };
	type?: string;
	data?: Record<string, string>;
}
