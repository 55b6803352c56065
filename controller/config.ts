import { leaseSeconds } from "../api/daemon-api.ts";
import { parseDuration, positiveDuration } from "../api/duration.ts";
import { type LogLevel, logLevels } from "../api/log.ts";
import { namespaceName } from "../api/names.ts";
import { oneOf, quote } from "../api/problem.ts";
import { webhookPort } from "../api/webhook.ts";

const portHint = "write a port, 0 to 65535 (0: any free one)";

/** Settings of the controller, each from one environment variable. */
export interface Config {
	/** PULUMI_CHAOS_NAMESPACE, required: where controller, daemons and their Secrets live. */
	namespace: string;
	/** PULUMI_CHAOS_DEFAULT_DURATION, default `1h`: how long an experiment without a duration runs, ms. */
	defaultDurationMs: number;
	/** PULUMI_CHAOS_LEASE_SECONDS, default 60: how long nodes keep their faults without a word from the controllers, here in ms. */
	leaseMs: number;
	/** PULUMI_CHAOS_ALLOW_HOST_NETWORK, default `false`: pods on their node's network may be hit. */
	allowHostNetwork: boolean;
	/** PULUMI_CHAOS_WORKERS, default 8: experiments handled at the same time. */
	workers: number;
	/** PULUMI_CHAOS_HEALTH_PORT, default 8080: `/healthz` and `/readyz`. */
	healthPort: number;
	/** PULUMI_CHAOS_WEBHOOK_PORT, default 9443: the webhooks, for the API server. */
	webhookPort: number;
	/** PULUMI_CHAOS_IMAGE, default none: the image of the system itself, which pods under pod-failure get. */
	systemImage: string;
	/** PULUMI_CHAOS_LOG_LEVEL, default `info`. */
	logLevel: LogLevel;
}

/** Reads the settings; throws an Error that names every variable that is wrong, its value, and what is right. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
	const problems: string[] = [];
	const read = <T>(
		name: string,
		fallback: string | undefined,
		parse: (text: string) => T | undefined,
		right: string,
	): T => {
		const text = environment[name] || fallback;
		const value = text === undefined ? undefined : parse(text);
		if (value === undefined)
			problems.push(`${name}: ${text === undefined ? "missing" : `${quote(text)} is wrong`}; ${right}`);
		return value as T;
	};
	const whole = (least: number, most: number) => (text: string) => {
		const value = Number(text);
		return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined;
	};
	const config = {
		namespace: read(
			"PULUMI_CHAOS_NAMESPACE",
			undefined,
			(text) => (namespaceName.accepts(text) ? text : undefined),
			"set it to the namespace that the controller's pod runs in",
		),
		defaultDurationMs: read(
			"PULUMI_CHAOS_DEFAULT_DURATION",
			"1h",
			(text) => (positiveDuration.accepts(text) ? parseDuration(text) : undefined),
			positiveDuration.hint,
		),
		leaseMs: read(
			"PULUMI_CHAOS_LEASE_SECONDS",
			String(leaseSeconds.usual),
			(text) => {
				const seconds = whole(leaseSeconds.least, leaseSeconds.most)(text);
				return seconds === undefined ? undefined : seconds * 1000;
			},
			`write a whole number of seconds from ${leaseSeconds.least} to ${leaseSeconds.most}`,
		),
		allowHostNetwork: read(
			"PULUMI_CHAOS_ALLOW_HOST_NETWORK",
			"false",
			(text) => (["true", "false"].includes(text) ? text === "true" : undefined),
			"write true or false",
		),
		workers: read("PULUMI_CHAOS_WORKERS", "8", whole(1, 256), "write a whole number from 1 to 256"),
		healthPort: read("PULUMI_CHAOS_HEALTH_PORT", "8080", whole(0, 65535), portHint),
		webhookPort: read("PULUMI_CHAOS_WEBHOOK_PORT", String(webhookPort), whole(0, 65535), portHint),
		systemImage: environment["PULUMI_CHAOS_IMAGE"] ?? "",
		logLevel: read(
			"PULUMI_CHAOS_LOG_LEVEL",
			"info",
			(text) => logLevels.find((level) => level === text),
			`use ${oneOf(logLevels)}`,
		),
	};
	if (problems.length > 0) throw new Error(`wrong settings of the controller:\n${problems.join("\n")}`);
	return config;
}
