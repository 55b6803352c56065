import { X509Certificate } from "node:crypto";
import { connect, createServer, type TLSSocket } from "node:tls";
import { expect, it } from "vitest";
import { controllerClientName, daemonServerName } from "../../api/daemon-api.ts";
import { createLog } from "../../api/log.ts";
import { ApiError } from "../../controller/api-server.ts";
import { authoritySecret, Certificates, daemonSecret } from "../../controller/certificate-secrets.ts";
import {
	createAuthority,
	isFresh,
	isIssuedBy,
	issue,
	isValid,
	type KeyPair,
	usualLifetimes,
} from "../../controller/certificates.ts";
import type { Secret } from "../../controller/secret.ts";

/** Shakes hands on loopback as daemon and controller do; returns the client's names as the server sees them. */
async function handshake(
	server: KeyPair & { ca: string },
	client: KeyPair & { ca: string },
	servername: string = daemonServerName,
): Promise<string | undefined> {
	const listener = createServer({ ...server, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3" });
	try {
		await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
		const address = listener.address();
		if (address === null || typeof address === "string") throw new Error("no port");
		return await new Promise((resolve, reject) => {
			listener.on("tlsClientError", reject);
			listener.on("secureConnection", (socket: TLSSocket) => resolve(socket.getPeerCertificate().subjectaltname));
			const socket = connect({ host: "127.0.0.1", port: address.port, ...client, servername, minVersion: "TLSv1.3" });
			socket.on("error", reject);
			socket.on("secureConnect", () => socket.end());
		});
	} finally {
		listener.close();
	}
}

const pair = async (authority: KeyPair) => ({
	server: { ...(await issue(authority, { name: daemonServerName, usage: "server" })), ca: authority.cert },
	client: { ...(await issue(authority, { name: controllerClientName, usage: "client" })), ca: authority.cert },
});

it("make a connection on which both sides know each other", async () => {
	const { server, client } = await pair(await createAuthority());
	expect(await handshake(server, client)).toBe(`DNS:${controllerClientName}`);
});

it("are refused by the server when another authority has signed the client's", async () => {
	const [ours, theirs] = [await createAuthority(), await createAuthority()];
	const { server } = await pair(ours);
	const { client } = await pair(theirs);
	await expect(handshake(server, { ...client, ca: ours.cert })).rejects.toThrow();
});

it("are refused by the client when the server's name or authority is another", async () => {
	const authority = await createAuthority();
	const { server, client } = await pair(authority);
	await expect(handshake(server, client, "daemon.elsewhere")).rejects.toThrow(/altnames/);
	await expect(handshake(server, { ...client, ca: (await createAuthority()).cert })).rejects.toThrow();
});

it("are not interchangeable: a server's is no client's, and the other way round", async () => {
	const { server, client } = await pair(await createAuthority());
	await expect(handshake(server, server)).rejects.toThrow();
	await expect(handshake(client, client, controllerClientName)).rejects.toThrow(/purpose/);
});

it("carry what they are for, and end after a year, the authority's after ten", async () => {
	const authority = await createAuthority();
	const { server } = await pair(authority);
	const cert = new X509Certificate(server.cert);
	expect(cert.subjectAltName).toBe(`DNS:${daemonServerName}`);
	expect(cert.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
	expect(cert.ca).toBe(false);
	expect(cert.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
	expect(cert.checkIssued(new X509Certificate(authority.cert))).toBe(true);
	expect(new X509Certificate(authority.cert).ca).toBe(true);
	const day = 86_400_000;
	const at = (days: number): number => Date.now() + days * day;
	expect([isValid(server.cert, at(364)), isValid(server.cert, at(366))]).toEqual([true, false]);
	expect([isValid(authority.cert, at(3649)), isValid(authority.cert, at(3651))]).toEqual([true, false]);
	expect(isValid(server.cert, at(-2))).toBe(false);
	expect([isIssuedBy(server.cert, authority.cert), isIssuedBy(server.cert, server.cert)]).toEqual([true, false]);
});

it.each([
	["the usual", usualLifetimes.leafMs],
	["a minute", 60_000],
])("are renewed when two thirds of their life are over: %s", async (_, lifetimeMs) => {
	const { cert } = await issue(await createAuthority(), { name: "x", usage: "client" }, lifetimeMs);
	const at = (part: number): boolean => isFresh(cert, lifetimeMs, Date.now() + part * lifetimeMs);
	expect([at(0), at(0.6), at(0.7), at(1.1)]).toEqual([true, true, false, false]);
});

/** Secrets of an API server, in memory. */
class Secrets {
	readonly stored = new Map<string, Secret>();
	/** Called before a Secret is created: the moment at which another controller may be faster. */
	beforeCreate: (name: string) => void = () => undefined;

	async get<T>(path: string): Promise<T> {
		const secret = this.stored.get(path.split("/").at(-1) ?? "");
		if (!secret) throw new ApiError(404, "not found");
		return structuredClone(secret) as T;
	}

	async post<T>(_path: string, body: unknown): Promise<T> {
		const secret = body as Secret;
		this.beforeCreate(secret.metadata.name);
		if (this.stored.has(secret.metadata.name)) throw new ApiError(409, "exists");
		this.stored.set(secret.metadata.name, secret);
		return secret as T;
	}

	async put<T>(_path: string, body: unknown): Promise<T> {
		const secret = body as Secret;
		this.stored.set(secret.metadata.name, secret);
		return secret as T;
	}

	read(name: string, key: string): string {
		return Buffer.from(this.stored.get(name)?.data?.[key] ?? "", "base64").toString();
	}

	serverPair(): KeyPair & { ca: string } {
		const read = (key: string): string => this.read(daemonSecret, key);
		return { ca: read("ca.crt"), cert: read("tls.crt"), key: read("tls.key") };
	}
}

const logged: string[] = [];
const certificates = (secrets: Secrets) =>
	new Certificates(
		secrets,
		"chaos",
		createLog("debug", (line) => logged.push(line)),
	);

it("are made once for the installation; a controller that starts later gets on with the same daemons", async () => {
	const secrets = new Secrets();
	const first = certificates(secrets);
	expect(() => first.own).toThrow("the certificates are not made yet");
	await first.ensure();
	expect([...secrets.stored.keys()]).toEqual([authoritySecret, daemonSecret]);
	expect(await handshake(secrets.serverPair(), first.own)).toBe(`DNS:${controllerClientName}`);
	const before = structuredClone([...secrets.stored]);
	const own = first.own;
	await first.ensure();
	expect(first.own).toBe(own);
	const second = certificates(secrets);
	await second.ensure();
	expect([...secrets.stored]).toEqual(before);
	expect(await handshake(secrets.serverPair(), second.own)).toBe(`DNS:${controllerClientName}`);
	expect(logged.join("")).not.toContain("PRIVATE KEY");
});

it("are renewed again and again, with the authority too, and both sides know each other all the time", async () => {
	const secrets = new Secrets();
	const short = new Certificates(secrets, "chaos", createLog("error"), { authorityMs: 12_000, leafMs: 3000 });
	// What the kubelet brings to the daemon is always a little old.
	const shown: { at: number; pair: KeyPair & { ca: string } }[] = [];
	const seen = { server: new Set<string>(), client: new Set<string>(), authority: new Set<string>() };
	while (seen.server.size < 4 || seen.client.size < 4 || seen.authority.size < 2) {
		await short.ensure();
		shown.push({ at: Date.now(), pair: secrets.serverPair() });
		const late = shown.findLast(({ at }) => at < Date.now() - 250)?.pair ?? shown[0]?.pair;
		if (!late) throw new Error("no certificate");
		expect(await handshake(late, short.own)).toBe(`DNS:${controllerClientName}`);
		seen.server.add(late.cert);
		seen.client.add(short.own.cert);
		seen.authority.add(secrets.read(authoritySecret, "ca.crt"));
		await new Promise((resolve) => setTimeout(resolve, short.periodMs));
	}
});

it("are the other's when another controller was faster", async () => {
	const secrets = new Secrets();
	const other = new Secrets();
	await certificates(other).ensure();
	secrets.beforeCreate = (name) => {
		const theirs = other.stored.get(name);
		if (theirs) secrets.stored.set(name, theirs);
	};
	const late = certificates(secrets);
	await late.ensure();
	expect([...secrets.stored]).toEqual([...other.stored]);
	expect(await handshake(secrets.serverPair(), late.own)).toBe(`DNS:${controllerClientName}`);
});

it("are made anew for the daemons when the authority is another, or the Secret holds nonsense", async () => {
	const secrets = new Secrets();
	await certificates(secrets).ensure();
	secrets.stored.delete(authoritySecret);
	const again = certificates(secrets);
	await again.ensure();
	expect(await handshake(secrets.serverPair(), again.own)).toBe(`DNS:${controllerClientName}`);
	expect(secrets.read(daemonSecret, "ca.crt")).toBe(secrets.read(authoritySecret, "ca.crt"));
});

it("name the Secret that is broken", async () => {
	const secrets = new Secrets();
	await certificates(secrets).ensure();
	delete secrets.stored.get(authoritySecret)?.data?.["ca.key"];
	await expect(certificates(secrets).ensure()).rejects.toThrow(
		"Secret pulumi-chaos-ca has no ca.key; delete the Secret, the controller makes it anew",
	);
});
