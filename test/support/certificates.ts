import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
	BasicConstraintsExtension,
	cryptoProvider,
	ExtendedKeyUsage,
	ExtendedKeyUsageExtension,
	SubjectAlternativeNameExtension,
	type X509Certificate,
	X509CertificateGenerator,
} from "@peculiar/x509";

cryptoProvider.set(webcrypto);

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate with its key, as PEM. */
export interface KeyPair {
	cert: string;
	key: string;
}

/** A certificate authority for tests. */
export class Authority {
	readonly #certificate: X509Certificate;
	readonly #keys: webcrypto.CryptoKeyPair;

	private constructor(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair) {
		this.#certificate = certificate;
		this.#keys = keys;
	}

	/** @param dnsName - that its own certificate carries, if it is to be shown as somebody's */
	static async create(dnsName?: string): Promise<Authority> {
		const keys = await generateKeys();
		const certificate = await X509CertificateGenerator.createSelfSigned({
			name: "CN=test authority",
			keys,
			signingAlgorithm: algorithm,
			...validity(),
			extensions: [
				new BasicConstraintsExtension(true, undefined, true),
				...(dnsName === undefined ? [] : [new SubjectAlternativeNameExtension([{ type: "dns", value: dnsName }])]),
			],
		});
		return new Authority(certificate, keys);
	}

	/** Its own certificate, as PEM. */
	get ca(): string {
		return this.#certificate.toString("pem");
	}

	/** Issues a certificate for a DNS name, for a server and a client alike, which is valid for two hours around `at`. */
	async issue(dnsName: string, at = Date.now()): Promise<KeyPair> {
		const keys = await generateKeys();
		const certificate = await X509CertificateGenerator.create({
			subject: `CN=${dnsName}`,
			issuer: this.#certificate.subject,
			signingKey: this.#keys.privateKey,
			publicKey: keys.publicKey,
			signingAlgorithm: algorithm,
			...validity(at),
			extensions: [
				new SubjectAlternativeNameExtension([{ type: "dns", value: dnsName }]),
				new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
			],
		});
		return pair(certificate, keys);
	}

	/** Its own certificate with its key: whoever shows it has signed for themselves. */
	self(): Promise<KeyPair> {
		return pair(this.#certificate, this.#keys);
	}

	/** Writes `ca.crt`, `tls.crt` and `tls.key` into a folder, as a mounted Secret has them. */
	write(folder: string, { cert, key }: KeyPair): void {
		writeFileSync(join(folder, "ca.crt"), this.ca);
		writeFileSync(join(folder, "tls.crt"), cert);
		writeFileSync(join(folder, "tls.key"), key, { mode: 0o600 });
	}
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
	return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as Promise<webcrypto.CryptoKeyPair>;
}

async function pair(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<KeyPair> {
	const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
	return {
		cert: certificate.toString("pem"),
		key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`,
	};
}

function validity(at = Date.now()): { notBefore: Date; notAfter: Date } {
	const hour = 3_600_000;
	return { notBefore: new Date(at - hour), notAfter: new Date(at + hour) };
}
