/**
 * Says which cluster, without any credential: what it names is read each time the cluster is asked, because `pulumi destroy`
 * runs on what is stored. Name a kubeconfig file, or an environment variable, or a context of the default kubeconfig.
 */
export interface ClusterReference {
	/** Path of a kubeconfig file; `~/` is the home folder, a relative path starts at the program's folder. */
	kubeconfig?: string;
	/** Name of an environment variable that holds a kubeconfig: the path of its file, or its text. */
	kubeconfigEnv?: string;
	/** Context of that kubeconfig; needed when it has more than one. */
	context?: string;
}

/** The same for the same fields, in whatever order they stand; what a Scope's id is made of. */
export function referenceKey(reference: ClusterReference): string {
	return JSON.stringify([reference.kubeconfig ?? "", reference.kubeconfigEnv ?? "", reference.context ?? ""]);
}
