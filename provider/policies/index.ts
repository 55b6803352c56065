/** `pulumi-chaos/policies`: what a policy pack asks of the experiments of a stack. It loads no client of Kubernetes. */

export type { GuardRailsSpec as PolicyRails } from "../../guard-rails/spec.ts";
export { experimentIn, type PolicyExperiment, type PolicyResource } from "./experiment.ts";
export { onSamePods, type TogetherLimits, tooMuchTogether, type Violation } from "./together.ts";
export { beyondRails, policyRails } from "./within.ts";
