// The X.509 library finds its algorithms by decorators, which need this first.
import "reflect-metadata";
import { X509Certificate as NodeCertificate, randomBytes, webcrypto } from "node:crypto";
import {
	AuthorityKeyIdentifierExtension,
	BasicConstraintsExtension,
	ExtendedKeyUsage,
	ExtendedKeyUsageExtension,
	KeyUsageFlags,
	KeyUsagesExtension,
	PemConverter,
	SubjectAlternativeNameExtension,
	SubjectKeyIdentifierExtension,
	X509Certificate,
	X509CertificateGenerator,
} from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 24 * 3600 * 1000;
const authorityDays = 3650;
const certificateDays = 365;
/** Clocks of nodes differ; a certificate must not be from the future for any of them. */
const backdateMs = 3600 * 1000;

/** Certificate and private key, PEM. */
export interface KeyPair {
	cert: string;
	key: string;
}

/** A certificate of a server or of a client. */
export interface LeafRequest {
	/** DNS name that the other side checks. */
	name: string;
	usage: "server" | "client";
}

/** Makes a certificate authority, valid for ten years. */
export async function createAuthority(): Promise<KeyPair> {
	const keys = await newKeys();
	const cert = await X509CertificateGenerator.createSelfSigned(
		{
			name: "CN=pulumi-chaos",
			serialNumber: serial(),
			...validity(authorityDays),
			keys,
			signingAlgorithm: algorithm,
			extensions: [
				new BasicConstraintsExtension(true, 0, true),
				new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
				await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
			],
		},
		webcrypto,
	);
	return { cert: cert.toString("pem"), key: await exportKey(keys.privateKey) };
}

/** Makes a key and has the authority certify it, valid for one year. */
export async function issue(authority: KeyPair, { name, usage }: LeafRequest): Promise<KeyPair> {
	const issuer = new X509Certificate(authority.cert);
	const signingKey = await webcrypto.subtle.importKey("pkcs8", firstPem(authority.key), algorithm, false, ["sign"]);
	const keys = await newKeys();
	const cert = await X509CertificateGenerator.create(
		{
			subject: `CN=${name}`,
			issuer: issuer.subject,
			serialNumber: serial(),
			...validity(certificateDays),
			publicKey: keys.publicKey,
			signingKey,
			signingAlgorithm: algorithm,
			extensions: [
				new BasicConstraintsExtension(false, undefined, true),
				new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
				new ExtendedKeyUsageExtension([usage === "server" ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth]),
				new SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
				await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
			],
		},
		webcrypto,
	);
	return { cert: cert.toString("pem"), key: await exportKey(keys.privateKey) };
}

/** Whether a certificate is valid now and for so many days more. */
export function isFresh(cert: string, days: number, now = Date.now()): boolean {
	const { validFrom, validTo } = new NodeCertificate(cert);
	return Date.parse(validFrom) <= now && Date.parse(validTo) - now > days * dayMs;
}

/** Whether the authority has signed the certificate. */
export function isIssuedBy(cert: string, authority: string): boolean {
	return new NodeCertificate(cert).verify(new NodeCertificate(authority).publicKey);
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
	return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
	return PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

function firstPem(text: string): ArrayBuffer {
	const [bytes] = PemConverter.decode(text);
	if (!bytes) throw new Error("the private key is not in PEM format");
	return bytes;
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
	const now = Date.now();
	return { notBefore: new Date(now - backdateMs), notAfter: new Date(now + days * dayMs) };
}

function serial(): string {
	const bytes = randomBytes(16);
	// A serial number is positive: a first bit that is set would make it negative.
	bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
	return bytes.toString("hex");
}
