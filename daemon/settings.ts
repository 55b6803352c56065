import { daemonHealthPort, daemonPort } from "../api/daemon-api.ts";
import { type LogLevel, logLevels } from "../api/log.ts";
import { oneOf, quote } from "../api/problem.ts";

/** What the environment says about this daemon. */
export interface Settings {
	/** PULUMI_CHAOS_TLS_DIR: folder with `ca.crt`, `tls.crt`, `tls.key`; default `/etc/pulumi-chaos/tls`. */
	tlsFolder: string;
	/** PULUMI_CHAOS_JOURNAL: folder of the journal, on the node's disk; default `/var/lib/pulumi-chaos/journal`. */
	journalFolder: string;
	/** PULUMI_CHAOS_VERIFY_SECONDS: seconds between two looks at every target; default 10. Here in milliseconds. */
	verifyMs: number;
	/** PULUMI_CHAOS_PORT: port of the API; default 31767. */
	port: number;
	/** PULUMI_CHAOS_HEALTH_PORT: port of `/healthz` and `/livez`; default 31766. */
	healthPort: number;
	/** PULUMI_CHAOS_LOG_LEVEL: lowest level that is logged; default `info`. */
	logLevel: LogLevel;
}

/** Reads the settings from environment variables; throws with the name of the variable that is wrong. */
export function settingsOf(environment: Readonly<Record<string, string | undefined>>): Settings {
	const text = (name: string, otherwise: string): string => environment[name] || otherwise;
	const number = (name: string, otherwise: number, minimum: number, maximum: number): number => {
		const value = Number(text(name, String(otherwise)));
		if (value >= minimum && value <= maximum) return value;
		throw new Error(`${name}: ${quote(environment[name])} is not a number from ${minimum} to ${maximum}`);
	};
	const level = text("PULUMI_CHAOS_LOG_LEVEL", "info");
	const logLevel = logLevels.find((each) => each === level);
	if (!logLevel) throw new Error(`PULUMI_CHAOS_LOG_LEVEL: ${quote(level)} is not a level; use ${oneOf(logLevels)}`);
	return {
		tlsFolder: text("PULUMI_CHAOS_TLS_DIR", "/etc/pulumi-chaos/tls"),
		journalFolder: text("PULUMI_CHAOS_JOURNAL", "/var/lib/pulumi-chaos/journal"),
		verifyMs: number("PULUMI_CHAOS_VERIFY_SECONDS", 10, 0.1, 3600) * 1000,
		port: number("PULUMI_CHAOS_PORT", daemonPort, 0, 65_535),
		healthPort: number("PULUMI_CHAOS_HEALTH_PORT", daemonHealthPort, 0, 65_535),
		logLevel,
	};
}
