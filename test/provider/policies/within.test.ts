import { expect, it } from "vitest";
import { experimentIn } from "../../../provider/policies/experiment.ts";
import { beyondRails, policyRails } from "../../../provider/policies/within.ts";

const resource = (type: string, props: object = {}) => ({ type, name: "cut", urn: "urn:cut", props: { ...props } });
const spec = { action: "partition", mode: "all", selector: { labelSelectors: { app: "web" } }, duration: "1h" };
const cut = (props: object = {}) =>
	experimentIn(resource("pulumi-nodejs:dynamic/pulumi-chaos:NetworkChaos", { spec, ...props }));

it.each([
	"pulumi-nodejs:dynamic/pulumi-chaos:Scope",
	"pulumi-nodejs:dynamic/other:NetworkChaos",
	"kubernetes:core/v1:Pod",
])("%s is no experiment", (type) => {
	expect(experimentIn(resource(type))).toBeUndefined();
});

it("an experiment is held against the guard rails, where it says nothing of a namespace in the default one", () => {
	const experiment = cut();
	expect(experiment && beyondRails({ maxDuration: "15m", namespaces: ["shop"] }, experiment)).toEqual([
		'selector.namespaces: missing, and the experiment\'s own namespace "default" may not be hit; hit "shop" (namespaces of the ' +
			"policy pack's configuration)",
		'duration: "1h" is longer than "15m"; use at most "15m" (maxDuration of the policy pack\'s configuration)',
	]);
});

it("the stack has to be for the environment that the pack is for", () => {
	const said = (props: object) => {
		const experiment = cut(props);
		return experiment && beyondRails({ environment: "prod" }, experiment);
	};
	const rule = 'use "prod" (environment of the policy pack\'s configuration)';
	expect(said({ environment: "prod" })).toEqual([]);
	expect(said({ environment: "dev" })).toEqual([`pulumi-chaos:environment: "dev" is another environment; ${rule}`]);
	expect(said({})).toEqual([`pulumi-chaos:environment: missing; ${rule}`]);
});

it("windows are no part of what a policy can ask about, and no rule of the API server's is in its schema", () => {
	expect(Object.keys(policyRails)).toEqual([
		"environment",
		"kinds",
		"namespaces",
		"maxShare",
		"maxTargets",
		"maxDuration",
		"requireOwner",
		"requireReason",
		"requireProbe",
	]);
	expect(JSON.stringify(policyRails)).not.toContain("x-kubernetes");
});
