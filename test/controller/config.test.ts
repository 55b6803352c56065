import { expect, it } from "vitest";
import { readConfig } from "../../controller/config.ts";

it("needs nothing but the namespace", () => {
	expect(readConfig({ PULUMI_CHAOS_NAMESPACE: "chaos" })).toEqual({
		namespace: "chaos",
		defaultDurationMs: 3_600_000,
		leaseMs: 60_000,
		allowHostNetwork: false,
		workers: 8,
		healthPort: 8080,
		webhookPort: 9443,
		systemImage: "",
		logLevel: "info",
	});
});

it("reads all settings", () => {
	const config = readConfig({
		PULUMI_CHAOS_NAMESPACE: "chaos",
		PULUMI_CHAOS_DEFAULT_DURATION: "2h30m",
		PULUMI_CHAOS_LEASE_SECONDS: "20",
		PULUMI_CHAOS_ALLOW_HOST_NETWORK: "true",
		PULUMI_CHAOS_WORKERS: "3",
		PULUMI_CHAOS_HEALTH_PORT: "0",
		PULUMI_CHAOS_WEBHOOK_PORT: "10250",
		PULUMI_CHAOS_IMAGE: "registry.example.com/pulumi-chaos:1",
		PULUMI_CHAOS_LOG_LEVEL: "debug",
	});
	expect(config).toEqual({
		namespace: "chaos",
		defaultDurationMs: 9_000_000,
		leaseMs: 20_000,
		allowHostNetwork: true,
		workers: 3,
		healthPort: 0,
		webhookPort: 10250,
		systemImage: "registry.example.com/pulumi-chaos:1",
		logLevel: "debug",
	});
});

it("names all that is wrong at once", () => {
	const environment = {
		PULUMI_CHAOS_DEFAULT_DURATION: "-1h",
		PULUMI_CHAOS_LEASE_SECONDS: "0",
		PULUMI_CHAOS_WORKERS: "none",
		PULUMI_CHAOS_HEALTH_PORT: "70000",
		PULUMI_CHAOS_WEBHOOK_PORT: "https",
		PULUMI_CHAOS_LOG_LEVEL: "loud",
	};
	expect(() => readConfig(environment)).toThrow(
		[
			"wrong settings of the controller:",
			"PULUMI_CHAOS_NAMESPACE: missing; set it to the namespace that the controller's pod runs in",
			'PULUMI_CHAOS_DEFAULT_DURATION: "-1h" is wrong; write numbers with units of ns, us, ms, s, m or h, such as "90s" or "1h30m"',
			'PULUMI_CHAOS_LEASE_SECONDS: "0" is wrong; write a whole number of seconds from 20 to 3600',
			'PULUMI_CHAOS_WORKERS: "none" is wrong; write a whole number from 1 to 256',
			'PULUMI_CHAOS_HEALTH_PORT: "70000" is wrong; write a port, 0 to 65535 (0: any free one)',
			'PULUMI_CHAOS_WEBHOOK_PORT: "https" is wrong; write a port, 0 to 65535 (0: any free one)',
			'PULUMI_CHAOS_LOG_LEVEL: "loud" is wrong; use "debug", "info", "warn" or "error"',
		].join("\n"),
	);
});
