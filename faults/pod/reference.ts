import type { Reference } from "../../api/reference.ts";

/** Prose and examples of PodChaos. */
export const reference: Reference = [
	{
		variant: "pod-kill",
		done: "The pod is deleted through the API server, once, with `gracePeriod` seconds for its processes to end. What owns the pod (a Deployment, a StatefulSet) makes another one.",
		undone: "Not at all: it is done once, and nothing of it lasts. A pod that nobody owns is gone.",
		needs: "Nothing of the nodes.",
		example: {
			name: "kill-one-cache",
			spec: {
				action: "pod-kill",
				mode: "one",
				selector: { namespaces: ["shop"], labelSelectors: { app: "cache" } },
				gracePeriod: 5,
			},
		},
	},
	{
		variant: "pod-failure",
		done: "All containers of the pod get the image of the chaos system, which does nothing there: the kubelet ends them and starts that instead. The pod stays where it is and keeps its name and address, and its Service finds nobody at home. Init containers have run already and are left alone.",
		undone:
			"Each container gets its image back, and the kubelet starts it again. What the images were stands in an annotation of the pod; of two experiments on one pod the last that ends puts them back. An image that somebody has changed meanwhile is theirs and stays.",
		needs:
			"An installation that knows its own image, as `Installation` does, and nodes that can pull it. Pods whose containers may be given another image. A command that the pod's spec gives a container stays: it fails where the system's image does not have it, and runs on where it does, as a shell or Node.",
		example: {
			name: "half-the-workers-fail",
			spec: {
				action: "pod-failure",
				mode: "fixed-percent",
				value: "50",
				selector: { namespaces: ["shop"], labelSelectors: { app: "worker" } },
				duration: "5m",
			},
		},
	},
	{
		variant: "container-kill",
		done: "The first process of each named container is killed by the daemon of the node (SIGKILL), and with it all others in the container. The kubelet starts the container again, after a while when that happens often. The pod stays.",
		undone: "Not at all: it is done once, and nothing of it lasts.",
		needs: "Containers that run; one that the pod does not have is said in the status.",
		example: {
			name: "kill-the-sidecar",
			spec: {
				action: "container-kill",
				mode: "all",
				selector: { namespaces: ["shop"], labelSelectors: { app: "front" } },
				containerNames: ["proxy"],
			},
		},
	},
];
