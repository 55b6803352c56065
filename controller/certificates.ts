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

/** How long certificates are valid from the moment in which they are made, ms. */
export interface Lifetimes {
	/** The authority's; many times that of the others, which it outlives. */
	authorityMs: number;
	/** That of servers and clients. */
	leafMs: number;
}

/** What installations use: ten years and one. */
export const usualLifetimes: Lifetimes = { authorityMs: 3650 * dayMs, leafMs: 365 * dayMs };

/** Makes a certificate authority, valid for so many milliseconds; default: the usual. */
export async function createAuthority(lifetimeMs = usualLifetimes.authorityMs): Promise<KeyPair> {
	const keys = await newKeys();
	const cert = await X509CertificateGenerator.createSelfSigned(
		{
			name: "CN=pulumi-chaos",
			serialNumber: serial(),
			...validity(lifetimeMs),
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

/** Makes a key and has the authority certify it, valid for so many milliseconds; default: the usual. */
export async function issue(
	authority: KeyPair,
	{ name, usage }: LeafRequest,
	lifetimeMs = usualLifetimes.leafMs,
): Promise<KeyPair> {
	const issuer = new X509Certificate(authority.cert);
	const signingKey = await webcrypto.subtle.importKey("pkcs8", firstPem(authority.key), algorithm, false, ["sign"]);
	const keys = await newKeys();
	const cert = await X509CertificateGenerator.create(
		{
			subject: `CN=${name}`,
			issuer: issuer.subject,
			serialNumber: serial(),
			...validity(lifetimeMs),
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

/** Whether a certificate is valid now. */
export function isValid(cert: string, now = Date.now()): boolean {
	const { validFrom, validTo } = new NodeCertificate(cert);
	return Date.parse(validFrom) <= now && now < Date.parse(validTo);
}

/** The one rule of renewal: whether a certificate is valid and less than two thirds of its life are over. */
export function isFresh(cert: string, lifetimeMs: number, now = Date.now()): boolean {
	return isValid(cert, now) && ageOf(cert, lifetimeMs, now) < (lifetimeMs * 2) / 3;
}

/** Milliseconds since a certificate of this lifetime was made; its own beginning lies before that. */
export function ageOf(cert: string, lifetimeMs: number, now = Date.now()): number {
	return now - (Date.parse(new NodeCertificate(cert).validTo) - lifetimeMs);
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

function validity(lifetimeMs: number): { notBefore: Date; notAfter: Date } {
	const now = Date.now();
	return { notBefore: new Date(now - backdateMs), notAfter: new Date(now + lifetimeMs) };
}

function serial(): string {
	const bytes = randomBytes(16);
	// A serial number is positive: a first bit that is set would make it negative.
	bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
	return bytes.toString("hex");
}
