import { formatDuration, parseDuration } from "../api/duration.ts";
import { ownerTeamAnnotation, reasonAnnotation } from "../api/names.ts";
import type { Probe } from "../api/probe.ts";
import { oneOf, type Problem, quote } from "../api/problem.ts";
import { annotationPath } from "./annotation-path.ts";
import { type Asked, durationOf, isOneShot, sidesOf } from "./asked.ts";
import { forbiddenNamespaces } from "./namespaces.ts";
import type { GuardRailsSpec, Window } from "./spec.ts";
import type { TargetLimits } from "./target-rules.ts";
import { describeWindow, nextOpening, openUntil } from "./windows.ts";

/** Clocks of API server and controller are not the same one: an end that is so much too late by the other clock is not, ms. */
const slackMs = 60_000;

/** What an experiment has that is more than a limit allows; paths begin at the root of its object. */
type Rule<Limit> = (limit: Limit, asked: Asked) => Problem[];

/** Limits that can be looked at before targets are chosen: all but those that only the targets tell, and the environment's name. */
type Limits = Required<Omit<GuardRailsSpec, "environment" | Exclude<keyof TargetLimits, "maxTargets">>>;

/** What each field of the guard rails refuses. */
export const rules: { readonly [Name in keyof Limits]: Rule<Limits[Name]> } = {
	kinds: (allowed, { kind, spec, isUnknown }) => {
		if (allowed.includes(kind.kind)) return [];
		const by = kind.spec.variants?.by;
		const variant = by === undefined ? undefined : spec[by];
		if (isUnknown(variant) || allowed.includes(`${kind.kind}/${variant}`)) return [];
		const instead = `use ${oneOf(allowed)}`;
		return variant === undefined || !allowed.some((name) => name.startsWith(`${kind.kind}/`))
			? [{ path: "kind", message: `${quote(kind.kind)} is not allowed here; ${instead}` }]
			: [{ path: `spec.${by}`, message: `${quote(variant)} is not allowed here; ${instead}` }];
	},
	namespaces: forbiddenNamespaces,
	// How many it hits shows when targets are chosen; a number that is asked for is said before.
	maxTargets: (most, asked) =>
		sidesOf(asked)
			.filter(({ value: { mode, value } }) => mode === "fixed" && !asked.isUnknown(value) && Number(value) > most)
			.map(({ path, value: { value } }) => ({
				path: `${path}.value`,
				message: `${quote(value)} is more than ${most}; use at most ${quote(String(most))}`,
			})),
	maxDuration: (longest, asked) => {
		const { spec, isUnknown } = asked;
		if (isOneShot(asked) || isUnknown(spec["duration"])) return [];
		const length = durationOf(asked);
		if (length !== undefined && length <= (parseDuration(longest) ?? 0)) return [];
		const most = `use at most ${quote(longest)}`;
		if (spec["duration"] !== undefined && spec["duration"] !== "") {
			return [
				{ path: "spec.duration", message: `${quote(spec["duration"])} is longer than ${quote(longest)}; ${most}` },
			];
		}
		const byDefault = length === undefined ? "is not known here" : `is ${formatDuration(length)}`;
		return [{ path: "spec.duration", message: `missing, and the default of the installation ${byDefault}; ${most}` }];
	},
	windows: inWindow,
	requireOwner: (required, asked) =>
		required ? said(asked, ownerTeamAnnotation, "write the name of the team that answers for the experiment") : [],
	requireReason: (required, asked) =>
		required ? said(asked, reasonAnnotation, "write what the experiment is for, in a sentence") : [],
	requireProbe: (required, asked) => {
		const { spec, isUnknown } = asked;
		const { probes = [] } = spec;
		if (!required || isUnknown(probes) || !Array.isArray(probes)) return [];
		if (probes.some((probe) => isUnknown(probe) || watches(probe, asked))) return [];
		const instead = 'add one that is asked while the fault is in place (its "when" names "during", or is left out)';
		const message = probes.length === 0 ? `missing; ${instead}` : `none of them would end the fault; ${instead}`;
		return [{ path: "spec.probes", message }];
	},
};

/** Whether a probe looks at the system during the fault; of what is done once there is nothing to end, so that any probe will do. */
function watches({ when }: Pick<Probe, "when">, asked: Asked): boolean {
	return when === undefined || asked.isUnknown(when) || when.includes("during") || isOneShot(asked);
}

function inWindow(windows: readonly Window[], asked: Asked): Problem[] {
	const { begins, made, spec, isUnknown } = asked;
	const closes = openUntil(windows, begins);
	if (closes === undefined) {
		const next = nextOpening(windows, begins);
		const then = next ? `; the next window opens at ${time(next.at)} (${describeWindow(next.window)})` : "";
		return [{ path: "spec", message: `nothing may begin at ${time(begins)}, outside of the windows${then}` }];
	}
	if (isOneShot(asked) || isUnknown(spec["duration"])) return [];
	const length = durationOf(asked);
	const ends = length === undefined ? undefined : (made ?? begins) + length;
	if (ends !== undefined && ends - (made === undefined ? 0 : slackMs) <= closes) return [];
	const beyond =
		ends === undefined
			? "missing, and the default of the installation is not known here"
			: `${lengthInWords(asked, ends)} ends at ${time(ends)}`;
	const most = formatDuration(Math.floor((closes - begins) / 1000) * 1000);
	return [
		{ path: "spec.duration", message: `${beyond}; the window closes at ${time(closes)}: use at most ${quote(most)}` },
	];
}

function lengthInWords({ spec, made, begins }: Asked, ends: number): string {
	const given = spec["duration"];
	return typeof given === "string" && given !== ""
		? quote(given)
		: `the default of ${formatDuration(ends - (made ?? begins))}`;
}

function said({ annotations, isUnknown }: Asked, name: string, hint: string): Problem[] {
	const value = annotations[name];
	if (isUnknown(value) || (typeof value === "string" && value.trim() !== "")) return [];
	return [{ path: annotationPath(name), message: `${value === undefined ? "missing" : quote(value)}; ${hint}` }];
}

function time(at: number): string {
	return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}
