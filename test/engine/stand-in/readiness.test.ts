import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../support/kubernetes-provider/json.ts";
import { readinessOf } from "../../support/kubernetes-provider/readiness/index.ts";
import { knownKinds } from "../../support/kubernetes-provider/token.ts";

function judged(apiVersion: string, kind: string, object: JsonObject, related: JsonObject[] = []) {
	const readiness = readinessOf({ apiVersion, kind });
	if (readiness === undefined) throw new Error(`${kind} is not judged`);
	return readiness.judge({ metadata: { name: "a", namespace: "n", generation: 2 }, ...object }, related);
}

const ready = { phase: "ready" };
const waiting = (...reasons: string[]) => ({ phase: "waiting", reasons });
const stuck: JsonObject = {
	metadata: { name: "a-1" },
	status: {
		phase: "Pending",
		conditions: [{ type: "Ready", status: "False", message: "containers with unready status: [c]" }],
		containerStatuses: [{ name: "c", state: { waiting: { reason: "ImagePullBackOff", message: "Back-off pulling" } } }],
	},
};
const stuckSentence = 'pod "a-1" is not ready: container "c" waits: ImagePullBackOff: Back-off pulling';

describe("a Deployment", () => {
	const of = (status: JsonObject, pods: JsonObject[] = []) =>
		judged("apps/v1", "Deployment", { spec: { replicas: 2 }, status: { observedGeneration: 2, ...status } }, pods);

	test("is ready when all replicas are new and available", () => {
		expect(of({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 })).toEqual(ready);
	});

	test("is not when its controller has not seen the newest spec", () => {
		expect(of({ observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 })).toEqual(
			waiting("its controller has not seen it yet"),
		);
	});

	test("is not while old replicas are left, and names the pod that is stuck and why", () => {
		expect(of({ replicas: 3, updatedReplicas: 2, availableReplicas: 1 }, [stuck])).toEqual(
			waiting("1 replicas of an older template are left", "1 of 2 replicas are available", stuckSentence),
		);
	});

	test("wants one replica when it does not say how many", () => {
		expect(judged("apps/v1", "Deployment", { spec: {}, status: { observedGeneration: 2 } })).toMatchObject({
			phase: "waiting",
		});
	});

	test("of no replicas is ready", () => {
		expect(judged("apps/v1", "Deployment", { spec: { replicas: 0 }, status: { observedGeneration: 2 } })).toEqual(
			ready,
		);
	});
});

test("a DaemonSet is ready when each of its nodes has a new, available pod", () => {
	const of = (status: JsonObject, pods: JsonObject[] = []) =>
		judged("apps/v1", "DaemonSet", { status: { observedGeneration: 2, desiredNumberScheduled: 2, ...status } }, pods);
	expect(of({ updatedNumberScheduled: 2, numberAvailable: 2, numberReady: 2 })).toEqual(ready);
	expect(of({ updatedNumberScheduled: 1, numberAvailable: 2, numberReady: 1 }, [stuck])).toEqual(
		waiting("1 of 2 pods are of the newest template", "1 of 2 pods are available", stuckSentence),
	);
});

test("a StatefulSet is ready when its replicas are of the newest revision", () => {
	const of = (status: JsonObject) =>
		judged("apps/v1", "StatefulSet", { spec: { replicas: 2 }, status: { observedGeneration: 2, ...status } });
	expect(of({ readyReplicas: 2, currentRevision: "x", updateRevision: "x" })).toEqual(ready);
	expect(of({ readyReplicas: 2, updatedReplicas: 1, currentRevision: "x", updateRevision: "y" })).toEqual(
		waiting("1 of 2 replicas are of the newest revision"),
	);
});

describe("a Pod", () => {
	test("is ready when it says so, or has done its work", () => {
		expect(judged("v1", "Pod", { status: { conditions: [{ type: "Ready", status: "True" }] } })).toEqual(ready);
		expect(judged("v1", "Pod", { status: { phase: "Succeeded" } })).toEqual(ready);
	});

	test("that can't be scheduled says why", () => {
		const message = "0/1 nodes are available";
		const conditions = [{ type: "PodScheduled", status: "False", message }];
		expect(judged("v1", "Pod", { status: { phase: "Pending", conditions } })).toEqual(
			waiting(`pod "a" is not ready: not scheduled: ${message}`),
		);
	});

	test("that ended badly never will be", () => {
		const terminated = { exitCode: 3, reason: "Error" };
		expect(
			judged("v1", "Pod", { status: { phase: "Failed", containerStatuses: [{ name: "c", state: { terminated } }] } }),
		).toEqual({
			phase: "failed",
			reasons: ['pod "a" is not ready: container "c" ended with 3: Error'],
		});
	});
});

test("a Job is ready when it is complete, and never when it failed", () => {
	const of = (type: string, rest = {}) =>
		judged("batch/v1", "Job", { status: { conditions: [{ type, status: "True", ...rest }] } });
	expect(of("Complete")).toEqual(ready);
	expect(of("SuccessCriteriaMet")).toEqual(waiting("it is not complete"));
	expect(of("Failed", { reason: "BackoffLimitExceeded", message: "too often" })).toEqual({
		phase: "failed",
		reasons: ["BackoffLimitExceeded: too often"],
	});
});

describe("a Service", () => {
	const of = (spec: JsonObject, endpoints: JsonObject[], status = {}) =>
		judged("v1", "Service", { spec: { selector: { app: "a" }, ...spec }, status }, [{ endpoints }]);
	const endpoint = (isReady: boolean) => ({ conditions: { ready: isReady }, targetRef: { name: "a-1" } });

	test("is ready when it has endpoints and all of them are", () => {
		expect(of({}, [endpoint(true)])).toEqual(ready);
		expect(of({}, [endpoint(true), endpoint(false)])).toEqual(waiting('pod "a-1" is not ready'));
		expect(of({}, [])).toEqual(waiting("no pod that its selector names is ready"));
	});

	test("that is headless, external or without a selector has none to wait for", () => {
		expect(of({ clusterIP: "None" }, [])).toEqual(ready);
		expect(of({ type: "ExternalName" }, [])).toEqual(ready);
		expect(of({ selector: {} }, [])).toEqual(ready);
	});

	test("of type LoadBalancer needs its address", () => {
		expect(of({ type: "LoadBalancer" }, [endpoint(true)])).toEqual(waiting("its load balancer has no address"));
		const status = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } };
		expect(of({ type: "LoadBalancer" }, [endpoint(true)], status)).toEqual(ready);
	});
});

test("a claim is ready when bound, or when its class binds only for a pod", () => {
	expect(judged("v1", "PersistentVolumeClaim", { status: { phase: "Bound" } })).toEqual(ready);
	expect(judged("v1", "PersistentVolumeClaim", { status: { phase: "Pending" } })).toEqual(
		waiting("its phase is Pending"),
	);
	const late = [{ volumeBindingMode: "WaitForFirstConsumer" }];
	expect(judged("v1", "PersistentVolumeClaim", { status: { phase: "Pending" } }, late)).toEqual(ready);
});

test("a definition is ready when established, and never when its names are taken", () => {
	const of = (conditions: JsonObject[]) =>
		judged("apiextensions.k8s.io/v1", "CustomResourceDefinition", { status: { conditions } });
	expect(of([{ type: "Established", status: "True" }])).toEqual(ready);
	expect(of([])).toEqual(waiting("it is not established"));
	expect(of([{ type: "NamesAccepted", status: "False", message: '"notes" is already in use' }])).toEqual({
		phase: "failed",
		reasons: ['"notes" is already in use'],
	});
});

test("a namespace is ready when active", () => {
	expect(judged("v1", "Namespace", { status: { phase: "Active" } })).toEqual(ready);
	expect(judged("v1", "Namespace", { status: { phase: "Terminating" } })).toEqual(waiting("its phase is Terminating"));
});

test("every other kind that is known is ready as soon as it exists", () => {
	const kinds = Object.entries(knownKinds).flatMap(([version, names]) =>
		names.map((kind) => ({ apiVersion: version.replace("core/", ""), kind })),
	);
	const judgedKinds = kinds.filter((kind) => readinessOf(kind) !== undefined).map(({ kind }) => kind);
	expect(judgedKinds.sort()).toEqual([
		"CustomResourceDefinition",
		"DaemonSet",
		"Deployment",
		"Job",
		"Namespace",
		"PersistentVolumeClaim",
		"Pod",
		"Service",
		"StatefulSet",
	]);
});
