import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { group, ownGroup, version } from "../api/names.ts";
import { ownProbe } from "../api/own-probe.ts";
import { webhookConfiguration, webhookPaths, webhookPort, webhookService } from "../api/webhook.ts";
import { allKinds } from "../orchestration/kinds.ts";
import { partLabels, podSelector } from "./labels.ts";

/** Arguments of ChaosWebhooks. */
export interface ChaosWebhooksArgs {
	/** Namespace of the controller. */
	namespace: pulumi.Input<string>;
}

/**
 * Has the API server ask the controller before an experiment is created. Make it depend on the controller: it is there later then,
 * and goes first, when nobody would answer any more. The controller itself says whom to believe, so no key passes through Pulumi.
 */
export class ChaosWebhooks extends pulumi.ComponentResource {
	constructor(name: string, args: ChaosWebhooksArgs, opts?: pulumi.ComponentResourceOptions) {
		super("pulumi-chaos:index:ChaosWebhooks", name, {}, opts);
		const { namespace } = args;
		const labels = partLabels("controller");
		const service = new kubernetes.core.v1.Service(
			name,
			{
				metadata: { name: webhookService, namespace, labels },
				spec: {
					selector: podSelector("controller"),
					ports: [{ name: "webhook", port: 443, targetPort: webhookPort }],
				},
			},
			{ parent: this },
		);
		const last: pulumi.CustomResourceOptions = { parent: this, dependsOn: service };
		const metadata = { name: webhookConfiguration, labels };
		new kubernetes.admissionregistration.v1.MutatingWebhookConfiguration(
			name,
			{ metadata, webhooks: [webhookFor("mutate", namespace)] },
			last,
		);
		new kubernetes.admissionregistration.v1.ValidatingWebhookConfiguration(
			name,
			{ metadata, webhooks: [webhookFor("validate", namespace)] },
			last,
		);
		this.registerOutputs();
	}
}

/**
 * The webhook of the controller in a namespace. There is one for all kinds: one whose name a later version did not have would stay,
 * held by the bundle in it, which is not Pulumi's.
 */
export function webhookFor(
	purpose: keyof typeof webhookPaths,
	namespace: pulumi.Input<string>,
): kubernetes.types.input.admissionregistration.v1.MutatingWebhook &
	kubernetes.types.input.admissionregistration.v1.ValidatingWebhook {
	return {
		name: `${purpose}.pulumi-chaos.io`,
		admissionReviewVersions: ["v1"],
		clientConfig: { service: { name: webhookService, namespace, path: webhookPaths[purpose] } },
		failurePolicy: "Fail",
		sideEffects: "None",
		timeoutSeconds: 5,
		rules: [ruleFor(group, allKinds), ruleFor(ownGroup, [ownProbe])],
		// Pause, finalizers and status must pass without a controller.
		matchConditions: [{ name: "spec-is-new", expression: "oldObject == null || object.spec != oldObject.spec" }],
	};
}

function ruleFor(
	apiGroup: string,
	kinds: readonly { plural: string }[],
): kubernetes.types.input.admissionregistration.v1.RuleWithOperations {
	return {
		apiGroups: [apiGroup],
		apiVersions: [version],
		operations: ["CREATE", "UPDATE"],
		resources: kinds.map(({ plural }) => plural),
		scope: "Namespaced",
	};
}
