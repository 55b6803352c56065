import { expect, it } from "vitest";
import { positiveDuration } from "../../../api/duration.ts";
import type { ObjectField } from "../../../api/field.ts";
import { Interfaces } from "../../../tools/generate/interfaces.ts";

const place = {
	type: "object",
	description: "A place.",
	fields: { "x-y": { type: "integer", required: true, description: "Where.", minimum: 0, maximum: 9 } },
} as const satisfies ObjectField;

const spec: ObjectField = {
	type: "object",
	description: "What.",
	fields: {
		wait: { type: "string", required: true, description: "How long */ it waits.", grammar: positiveDuration },
		do: { type: "string", required: true, description: "Which.", enum: ["run", "stop-all"] },
		places: { type: "array", description: "Where to.", maxItems: 3, items: place },
		origin: { ...place, description: "Where from." },
		how: { type: "string", description: "How.", enum: ["slow", "fast"], default: "slow" },
		notes: {
			type: "map",
			description: "By key.",
			maxProperties: 3,
			values: { type: "boolean", description: "A note." },
		},
		pod: { type: "json", description: "A pod.", reason: "it is Kubernetes' own" },
		remote: { type: "string", description: "Not here.", refused: "no" },
		home: { type: "object", description: "A shared one.", fields: {} },
		way: {
			type: "object",
			description: "A way.",
			fields: {
				by: { type: "string", required: true, description: "By what.", enum: ["car"] },
				car: { type: "object", description: "A car.", fields: {} },
			},
			variants: { by: "by", of: { car: { description: "By car.", needs: ["car"], allows: [] } }, shared: [] },
		},
	},
	variants: {
		by: "do",
		of: {
			run: { description: "Runs.", needs: ["how"], allows: ["places", "origin", "pod", "remote", "home", "way"] },
			"stop-all": { description: "Stops.", needs: [], allows: ["notes"], pending: true },
		},
		shared: ["wait"],
	},
};

it("writes one interface a variant, and nothing that a variant does not have", () => {
	const shared = spec.fields["home"] as ObjectField;
	const interfaces = new Interfaces(new Map([[shared.fields, { name: "Home", file: "shared" }]]), "toy");
	expect(interfaces.declare(spec, "Toy", "Spec")).toEqual(["ToyRunSpec", "ToyStopAllSpec"]);
	expect(interfaces.declarations.join("\n\n")).toBe(`/** What. */
export type ToySpec = ToyRunSpec | ToyStopAllSpec;

/** What every Toy has. */
export interface ToyCommonSpec {
/** How long *\\/ it waits. Write numbers with units of ns, us, ms, s, m or h, such as "90s" or "1h30m". */
wait: Input<Duration>;
}

/** \`do: "run"\`: Runs. */
export interface ToyRunSpec extends ToyCommonSpec {
/** Runs. */
do: "run";
/** Where to. */
places?: Input<readonly Input<ToyPlace>[]> | undefined;
/** Where from. */
origin?: Input<ToyPlace> | undefined;
/** How. Default: \`slow\`. */
how: Input<ToyHow>;
/** A pod. */
pod?: Input<object> | undefined;
/** A shared one. */
home?: Input<Home> | undefined;
/** A way. */
way?: Input<ToyWay> | undefined;
}

/**
 * \`do: "stop-all"\`: Stops.
 *
 * This version of pulumi-chaos can't do it yet.
 */
export interface ToyStopAllSpec extends ToyCommonSpec {
/** Stops. */
do: "stop-all";
/** By key. */
notes?: Input<Record<string, Input<boolean>>> | undefined;
}

/** A place. */
export interface ToyPlace {
/** Where. From 0 to 9. */
"x-y": Input<number>;
}

/** How. */
export type ToyHow = "slow" | "fast";

/** A way. */
export type ToyWay = CarToyWay;

/** \`by: "car"\`: By car. */
export interface CarToyWay {
/** By car. */
by: "car";
/** A car. */
car: Input<ToyWayCar>;
}

/** A car. */
export interface ToyWayCar {

}`);
	expect([...interfaces.imports].map(([module, names]) => [module, [...names]])).toEqual([
		["@pulumi/pulumi", ["type Input"]],
		["./shared.ts", ["type Home"]],
		["../../api/scalars.ts", ["type Duration"]],
	]);
});
