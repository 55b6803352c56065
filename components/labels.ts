import { systemLabel } from "../api/names.ts";

/** Labels of everything that an installation puts into the cluster. */
export const commonLabels = {
	"app.kubernetes.io/name": "pulumi-chaos",
	"app.kubernetes.io/managed-by": "pulumi",
};

/** Labels of a part and its pods: by the last one no selector ever chooses them as targets. */
export function partLabels(part: "controller" | "daemon"): Record<string, string> {
	return { ...commonLabels, "app.kubernetes.io/component": part, [systemLabel]: part };
}

/** Annotations by which a Prometheus that goes by annotations finds a part's metrics. */
export function scrapeAnnotations(port: number): Record<string, string> {
	return {
		"prometheus.io/scrape": "true",
		"prometheus.io/port": String(port),
		"prometheus.io/path": "/metrics",
	};
}

/** Labels by which a part finds its own pods. */
export function podSelector(part: "controller" | "daemon"): Record<string, string> {
	return { [systemLabel]: part };
}
