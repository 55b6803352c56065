import type { ClusterInjector } from "../../api/cluster-injector.ts";
import { step } from "../../api/step.ts";
import { failureOf } from "./failed-images.ts";
import type { PodInstruction } from "./plan.ts";
import { failPod, restorePod, verifyFailure } from "./pod-failure.ts";

/** pod-kill and pod-failure, which go through the API server. */
export const podClusterInjector: ClusterInjector<PodInstruction> = {
	async inject(api, injection, instruction) {
		switch (instruction.action) {
			case "pod-kill":
				await step("pod-delete", () => api.delete(injection.target, instruction.gracePeriod));
				return "done";
			case "pod-failure":
				await failPod(api, injection);
				return "to be seen";
			case "container-kill":
				throw new Error("containers are killed by the daemons of their nodes");
		}
	},

	recover(api, injection) {
		return restorePod(api, injection);
	},

	verify: verifyFailure,

	held(pod) {
		return Object.entries(failureOf(pod)?.holders ?? {}).map(([id, experiment]) => ({ id, experiment }));
	},
};
