import { textAt } from "../json.ts";
import { type Readiness, readyUnless } from "./verdict.ts";

/** Bound to a volume, unless its storage class binds only when a pod uses it. */
export const persistentVolumeClaim: Readiness = {
	related: (object) => {
		const name = textAt(object, "spec", "storageClassName");
		if (name === "") return undefined;
		const query = { fieldSelector: `metadata.name=${name}` };
		return { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", namespace: "", query };
	},
	judge(object, [storageClass]) {
		const phase = textAt(object, "status", "phase");
		const late = textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer";
		return readyUnless(
			phase === "Bound" || (late && phase === "Pending") ? [] : [`its phase is ${phase || "not set"}`],
		);
	},
};
