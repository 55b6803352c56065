import type { Log } from "../../api/log.ts";
import { webhookConfiguration } from "../../api/webhook.ts";
import { type ApiServer, isStatus } from "../api-server.ts";

const group = "/apis/admissionregistration.k8s.io/v1";
const paths = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].map(
	(resource) => `${group}/${resource}/${webhookConfiguration}`,
);

/** A webhook configuration, as far as it is read here. */
interface Configuration {
	webhooks?: { name: string; clientConfig: { caBundle?: string } }[];
}

/** Keeps our authority in the webhook configurations, so that the API server believes the controller. */
export class CaBundle {
	readonly #server: Pick<ApiServer, "get" | "patch">;
	readonly #log: Log;
	#state: "unknown" | "absent" | "lacking" | "in place" = "unknown";

	constructor(server: Pick<ApiServer, "get" | "patch">, log: Log) {
		this.#server = server;
		this.#log = log;
	}

	/** How often to look, ms: soon for configurations that are still to come, now and then for others' changes. */
	get periodMs(): number {
		return this.#state === "in place" ? 10_000 : 2000;
	}

	/** What is missing before the API server can call us; undefined: nothing, or nobody has asked it to. */
	get missing(): string | undefined {
		if (this.#state === "unknown") return "the webhook configurations are not looked at yet";
		return this.#state === "lacking" ? "the webhook configurations do not name our authority yet" : undefined;
	}

	/**
	 * Puts the authority's certificates into each configuration that lacks one of them. What else is in a bundle is left alone until
	 * then: another controller may know of a newer authority already. A configuration that is not there is fine.
	 *
	 * @param trusted - certificates, PEM
	 */
	async ensure(trusted: string): Promise<void> {
		const found = await Promise.all(paths.map((path) => this.#ensure(path, trusted)));
		const state = found.every(Boolean) ? "in place" : "absent";
		if (state === "absent" && this.#state !== "absent") {
			this.#log.warn(
				"there are no webhook configurations: only the rules of the CRDs hold, and nobody's rights are reviewed",
				{
					name: webhookConfiguration,
				},
			);
		}
		this.#state = state;
	}

	/** Whether the configuration is there, and with it the bundle. */
	async #ensure(path: string, trusted: string): Promise<boolean> {
		const configuration = await this.#read(path);
		if (!configuration) return false;
		const steps = (configuration.webhooks ?? []).flatMap(({ name, clientConfig }, index) => {
			if (holds(clientConfig.caBundle, trusted)) return [];
			const value = Buffer.from(trusted).toString("base64");
			return [
				// The list may be another one by now.
				{ op: "test", path: `/webhooks/${index}/name`, value: name },
				{ op: "add", path: `/webhooks/${index}/clientConfig/caBundle`, value },
			];
		});
		if (steps.length === 0) return true;
		this.#state = "lacking";
		await this.#server.patch(path, steps, "application/json-patch+json");
		this.#log.info("the authority was put into the webhook configuration", { path });
		return true;
	}

	/** Undefined when it is not there, or when the installation is so old that it gives us no right to it. */
	async #read(path: string): Promise<Configuration | undefined> {
		try {
			return await this.#server.get<Configuration>(path);
		} catch (error) {
			if (isStatus(error, 404) || isStatus(error, 403)) return undefined;
			throw error;
		}
	}
}

function holds(bundle: string | undefined, trusted: string): boolean {
	const present = certificatesIn(Buffer.from(bundle ?? "", "base64").toString());
	return [...certificatesIn(trusted)].every((certificate) => present.has(certificate));
}

function certificatesIn(text: string): Set<string> {
	const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
	return new Set(found.map((one) => one.replaceAll(/\s/g, "")));
}
