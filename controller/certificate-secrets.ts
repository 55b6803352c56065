import { controllerClientName, daemonServerName } from "../api/daemon-api.ts";
import { errorText, type Log } from "../api/log.ts";
import { webhookServerName } from "../api/webhook.ts";
import { type ApiServer, isStatus } from "./api-server.ts";
import { type Authority, authorityOf, renewedAuthority, type SecretData } from "./authority.ts";
import { isFresh, isIssuedBy, issue, type LeafRequest, type Lifetimes, usualLifetimes } from "./certificates.ts";
import type { TlsMaterial } from "./daemon-client.ts";
import type { Secret } from "./secret.ts";

/** Secret of the certificate authority: `ca.crt` and `ca.key`, those of the next one, and `previous.crt`; see authority.ts. */
export const authoritySecret = "pulumi-chaos-ca";
/** Secret that the daemons mount: `ca.crt`, `tls.crt` and `tls.key`. */
export const daemonSecret = "pulumi-chaos-daemon-tls";

const dayMs = 24 * 3600 * 1000;

/**
 * Keeps the installation's certificates: two Secrets, and those of the controller itself, which stay in memory. All are made anew
 * when two thirds of their life are over, or when their authority does not sign any more.
 */
export class Certificates {
	readonly #server: Pick<ApiServer, "get" | "post" | "put">;
	readonly #namespace: string;
	readonly #log: Log;
	readonly #lifetimes: Lifetimes;
	#own: TlsMaterial | undefined;
	#webhook: TlsMaterial | undefined;

	/** @param lifetimes - default: ten years for the authority, one for the others */
	constructor(
		server: Pick<ApiServer, "get" | "post" | "put">,
		namespace: string,
		log: Log,
		lifetimes: Lifetimes = usualLifetimes,
	) {
		this.#server = server;
		this.#namespace = namespace;
		this.#log = log;
		this.#lifetimes = lifetimes;
	}

	/** The controller's certificate as a client of the daemons. Throws before the first `ensure` has ended. */
	get own(): TlsMaterial {
		return ready(this.#own);
	}

	/** The certificate of the controller's webhooks; its `ca` is what the API server has to believe. Throws as `own` does. */
	get webhook(): TlsMaterial {
		return ready(this.#webhook);
	}

	/** How often to call `ensure`, ms: several times in the last third of the shortest life, and once a day at least. */
	get periodMs(): number {
		return Math.min(dayMs, this.#lifetimes.leafMs / 12);
	}

	/** Makes what is missing or due. */
	async ensure(): Promise<void> {
		const authority = authorityOf(await this.#authority());
		await this.#daemon(authority);
		this.#own = await this.#leaf(this.#own, authority, { name: controllerClientName, usage: "client" });
		this.#webhook = await this.#leaf(this.#webhook, authority, {
			name: webhookServerName(this.#namespace),
			usage: "server",
		});
	}

	async #authority(): Promise<SecretData> {
		return this.#ensure(authoritySecret, "Opaque", (data) => {
			if (data) for (const key of ["ca.crt", "ca.key"]) need(data, key, authoritySecret);
			return renewedAuthority(data, this.#lifetimes.authorityMs);
		});
	}

	async #daemon(authority: Authority): Promise<void> {
		await this.#ensure(daemonSecret, "kubernetes.io/tls", async (data = {}) => {
			const { "ca.crt": ca = "", "tls.crt": cert = "", "tls.key": key = "" } = data;
			const present = cert && key ? { ca, cert, key } : undefined;
			const made = await this.#leaf(present, authority, { name: daemonServerName, usage: "server" });
			return made === present ? undefined : { "ca.crt": made.ca, "tls.crt": made.cert, "tls.key": made.key };
		});
	}

	/** The certificate at hand when it is still good, else another one. */
	async #leaf(
		present: TlsMaterial | undefined,
		{ signing, trusted }: Authority,
		request: LeafRequest,
	): Promise<TlsMaterial> {
		const { leafMs } = this.#lifetimes;
		const good = present && isFresh(present.cert, leafMs) && isIssuedBy(present.cert, signing.cert);
		if (good && present.ca === trusted) return present;
		const { cert, key } = good ? present : await issue(signing, request, leafMs);
		return { ca: trusted, cert, key };
	}

	/**
	 * The data of a Secret: as it is when `make` returns undefined for it, else as made. When somebody else (a second controller at
	 * an update) writes first, theirs is looked at anew.
	 */
	async #ensure(
		name: string,
		type: string,
		make: (data: SecretData | undefined) => Promise<SecretData | undefined>,
	): Promise<SecretData> {
		const path = `/api/v1/namespaces/${this.#namespace}/secrets`;
		for (;;) {
			const present = await this.#read(`${path}/${name}`);
			const data = present && decode(present);
			const made = await make(data);
			if (!made) return data ?? {};
			try {
				if (present) await this.#server.put(`${path}/${name}`, { ...present, data: encode(made) });
				else await this.#server.post(path, this.#secret(name, type, made));
				this.#log.info(present ? "certificate renewed" : "certificate made", { secret: `${this.#namespace}/${name}` });
				return made;
			} catch (error) {
				if (!isStatus(error, 409)) throw error;
			}
		}
	}

	#secret(name: string, type: string, data: SecretData): Secret {
		return {
			apiVersion: "v1",
			kind: "Secret",
			metadata: {
				name,
				namespace: this.#namespace,
				labels: { "app.kubernetes.io/name": "pulumi-chaos", "app.kubernetes.io/managed-by": "pulumi-chaos-controller" },
			},
			type,
			data: encode(data),
		};
	}

	async #read(path: string): Promise<Secret | undefined> {
		try {
			return await this.#server.get<Secret>(path);
		} catch (error) {
			if (isStatus(error, 404)) return undefined;
			throw new Error(`can't read the Secret: ${errorText(error)}`);
		}
	}
}

function ready(material: TlsMaterial | undefined): TlsMaterial {
	if (!material) throw new Error("the certificates are not made yet");
	return material;
}

function need(data: SecretData, key: string, secret: string): void {
	if (!data[key]) throw new Error(`Secret ${secret} has no ${key}; delete the Secret, the controller makes it anew`);
}

function decode({ data = {} }: Secret): SecretData {
	return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}

function encode(data: SecretData): Record<string, string> {
	return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
}
