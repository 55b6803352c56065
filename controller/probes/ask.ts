import { errorText } from "../../api/log.ts";
import type { Probe } from "../../api/probe.ts";
import { askCommand, type PodCache } from "./command.ts";
import { askGrpc } from "./grpc.ts";
import { askHttp } from "./http.ts";
import type { Ask } from "./looker.ts";
import { askObject, type Objects } from "./object.ts";
import type { PodExec } from "./pod-exec.ts";
import { askPrometheus } from "./prometheus.ts";
import type { Reach } from "./reach.ts";
import { askTcp } from "./tcp.ts";
import { Unwell } from "./unwell.ts";

/** What probes are asked through. */
export interface Means extends Objects {
	reach: Reach;
	pods: PodCache;
	exec: PodExec;
}

/**
 * Comes to nothing when all is well, to why it is not otherwise, or throws Unwell for the same; whatever else is thrown means that nobody
 * could ask.
 */
type Question = (probe: Probe, means: Means, namespace: string, signal: AbortSignal) => Promise<string | undefined>;

const questions: Readonly<Record<Probe["type"], Question>> = {
	http: (probe, { reach }, _namespace, signal) => askHttp(probe, reach, signal),
	tcp: (probe, { reach }, _namespace, signal) => askTcp(probe, reach, signal),
	grpc: (probe, { reach }, _namespace, signal) => askGrpc(probe, reach, signal),
	prometheus: (probe, { reach }, _namespace, signal) => askPrometheus(probe, reach, signal),
	object: (probe, means, namespace) => askObject(probe, namespace, means),
	command: (probe, means, namespace, signal) => askCommand(probe, namespace, means, signal),
};

/** Asks probes' questions. */
export function askThrough(means: Means): Ask {
	return async (probe, { metadata: { namespace } }, signal) => {
		try {
			const problem = await questions[probe.type](probe, means, namespace, signal);
			return problem === undefined ? { outcome: "passed" } : { outcome: "failed", message: problem };
		} catch (error) {
			if (error instanceof Unwell) return { outcome: "failed", message: errorText(error) };
			throw error;
		}
	};
}
