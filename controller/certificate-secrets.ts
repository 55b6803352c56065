import { controllerClientName, daemonServerName } from "../api/daemon-api.ts";
import { errorText, type Log } from "../api/log.ts";
import { type ApiServer, isStatus } from "./api-server.ts";
import { createAuthority, isFresh, isIssuedBy, issue, type KeyPair } from "./certificates.ts";
import type { TlsMaterial } from "./daemon-client.ts";
import type { Secret } from "./kube.ts";

/** Secret of the certificate authority: `ca.crt` and `ca.key`; only the controller reads it. */
export const authoritySecret = "pulumi-chaos-ca";
/** Secret that the daemons mount: `ca.crt`, `tls.crt` and `tls.key`. */
export const daemonSecret = "pulumi-chaos-daemon-tls";

/** Days before its end from which on a certificate is made anew. */
const renewDays = 30;

/** Keeps the installation's certificates: two Secrets, and the controller's own certificate, which stays in memory. */
export class Certificates {
	readonly #server: Pick<ApiServer, "get" | "post" | "put">;
	readonly #namespace: string;
	readonly #log: Log;
	#own: TlsMaterial | undefined;

	constructor(server: Pick<ApiServer, "get" | "post" | "put">, namespace: string, log: Log) {
		this.#server = server;
		this.#namespace = namespace;
		this.#log = log;
	}

	/** The controller's own certificate. Throws before the first `ensure` has ended. */
	get own(): TlsMaterial {
		if (!this.#own) throw new Error("the certificates are not made yet");
		return this.#own;
	}

	/** Makes what is missing, and anew what ends within 30 days or is not signed by the present authority. */
	async ensure(): Promise<void> {
		const authority = await this.#authority();
		await this.#daemon(authority);
		const own = this.#own;
		if (own && own.ca === authority.cert && isFresh(own.cert, renewDays)) return;
		const { cert, key } = await issue(authority, { name: controllerClientName, usage: "client" });
		this.#own = { ca: authority.cert, cert, key };
	}

	async #authority(): Promise<KeyPair> {
		const valid = ({ cert }: KeyPair): boolean => isFresh(cert, renewDays);
		const secret = await this.#ensure(authoritySecret, "Opaque", async (data) => {
			if (data && valid({ cert: need(data, "ca.crt", authoritySecret), key: need(data, "ca.key", authoritySecret) })) {
				return undefined;
			}
			const { cert, key } = await createAuthority();
			return { "ca.crt": cert, "ca.key": key };
		});
		return { cert: secret["ca.crt"] ?? "", key: secret["ca.key"] ?? "" };
	}

	async #daemon(authority: KeyPair): Promise<void> {
		await this.#ensure(daemonSecret, "kubernetes.io/tls", async (data) => {
			const cert = data?.["tls.crt"];
			const current = data?.["ca.crt"] === authority.cert;
			if (cert && current && data["tls.key"] && isFresh(cert, renewDays) && isIssuedBy(cert, authority.cert)) {
				return undefined;
			}
			const made = await issue(authority, { name: daemonServerName, usage: "server" });
			return { "ca.crt": authority.cert, "tls.crt": made.cert, "tls.key": made.key };
		});
	}

	/**
	 * The data of a Secret: as it is when `make` returns undefined for it, else as made. When somebody else (a second controller at
	 * an update) writes first, theirs is looked at anew.
	 */
	async #ensure(
		name: string,
		type: string,
		make: (data: Record<string, string> | undefined) => Promise<Record<string, string> | undefined>,
	): Promise<Record<string, string>> {
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

	#secret(name: string, type: string, data: Record<string, string>): Secret {
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

function need(data: Record<string, string>, key: string, secret: string): string {
	const value = data[key];
	if (!value) throw new Error(`Secret ${secret} has no ${key}; delete the Secret, the controller makes it anew`);
	return value;
}

function decode({ data = {} }: Secret): Record<string, string> {
	return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}

function encode(data: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
}
