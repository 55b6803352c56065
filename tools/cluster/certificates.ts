import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../lib/files.ts";
import { run } from "../lib/run.ts";
import type { ClusterLayout, NodeLayout } from "./layout.ts";

/** A certificate and its private key, as files. */
export interface KeyPair {
	readonly cert: string;
	readonly key: string;
}

interface Request {
	readonly name: string;
	/** As openssl spells it: `/O=.../CN=...`. */
	readonly subject: string;
	readonly use: "serverAuth" | "clientAuth" | "serverAuth,clientAuth";
	readonly names?: readonly string[];
}

const days = "3650";
const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];

/** The folder that holds the certificates of a cluster. */
export function pkiFolder(layout: ClusterLayout): string {
	return join(layout.state, "pki");
}

/** Paths of the certificate `name`. */
export function keyPair(layout: ClusterLayout, name: string): KeyPair {
	return { cert: join(pkiFolder(layout), `${name}.crt`), key: join(pkiFolder(layout), `${name}.key`) };
}

// Without a file of our own, that of the system adds extensions which contradict ours.
const plainConfig = "[req]\ndistinguished_name = dn\n[dn]\n";
const configFile = (layout: ClusterLayout) => join(pkiFolder(layout), "openssl.cnf");

async function issue(layout: ClusterLayout, request: Request): Promise<void> {
	const ca = keyPair(layout, "ca");
	const own = keyPair(layout, request.name);
	const extensions = [`extendedKeyUsage=${request.use}`, "basicConstraints=critical,CA:FALSE"];
	if (request.names !== undefined) extensions.push(`subjectAltName=${request.names.join(",")}`);
	await run("openssl", [
		...["req", "-x509", "-config", configFile(layout), ...ec, "-days", days, "-subj", request.subject],
		...["-CA", ca.cert, "-CAkey", ca.key],
		...extensions.flatMap((extension) => ["-addext", extension]),
		...["-keyout", own.key, "-out", own.cert],
	]);
	await chmod(own.key, 0o600);
}

function controlPlaneRequests(layout: ClusterLayout): Request[] {
	const [first] = layout.nodes;
	const service = [
		"kubernetes",
		"kubernetes.default",
		"kubernetes.default.svc",
		"kubernetes.default.svc.cluster.local",
	];
	const loopback = ["DNS:localhost", "IP:127.0.0.1", "IP:::1"];
	const addresses = [first.address4, first.address6, layout.apiService4, layout.apiService6];
	return [
		{ name: "etcd", subject: "/CN=etcd", use: "serverAuth,clientAuth", names: loopback },
		{
			name: "kube-apiserver",
			subject: "/CN=kube-apiserver",
			use: "serverAuth",
			names: [...loopback, ...service.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)],
		},
		{ name: "etcd-client", subject: "/CN=kube-apiserver", use: "clientAuth" },
		{ name: "kubelet-client", subject: "/O=system:masters/CN=kube-apiserver-kubelet-client", use: "clientAuth" },
		{ name: "kube-controller-manager", subject: "/CN=system:kube-controller-manager", use: "clientAuth" },
		{ name: "kube-scheduler", subject: "/CN=system:kube-scheduler", use: "clientAuth" },
		{ name: "kube-proxy", subject: "/CN=system:kube-proxy", use: "clientAuth" },
		{ name: "admin", subject: "/O=system:masters/CN=admin", use: "clientAuth" },
	];
}

/** Makes the cluster's authority, the key that signs service account tokens, and the control plane's certificates. */
export async function issueControlPlane(layout: ClusterLayout): Promise<void> {
	await mkdir(pkiFolder(layout), { recursive: true, mode: 0o700 });
	await writeWhole(configFile(layout), plainConfig);
	const ca = keyPair(layout, "ca");
	await run("openssl", [
		...["req", "-x509", "-config", configFile(layout), ...ec, "-days", days],
		...["-subj", `/CN=${layout.instance} cluster authority`, "-addext", "basicConstraints=critical,CA:TRUE"],
		...["-addext", "keyUsage=critical,keyCertSign,digitalSignature", "-keyout", ca.key, "-out", ca.cert],
	]);
	const accounts = keyPair(layout, "service-accounts");
	await run("openssl", [
		"genpkey",
		"-algorithm",
		"EC",
		"-pkeyopt",
		"ec_paramgen_curve:prime256v1",
		"-out",
		accounts.key,
	]);
	await run("openssl", ["pkey", "-in", accounts.key, "-pubout", "-out", accounts.cert]);
	await Promise.all([ca.key, accounts.key].map((key) => chmod(key, 0o600)));
	await Promise.all(controlPlaneRequests(layout).map((request) => issue(layout, request)));
}

/** Makes the certificates of one node's kubelet: as a client of the API server, and as a server. */
export async function issueNode(layout: ClusterLayout, node: NodeLayout): Promise<void> {
	const name = `kubelet-${node.number}`;
	await issue(layout, { name, subject: `/O=system:nodes/CN=system:node:${node.name}`, use: "clientAuth" });
	await issue(layout, {
		name: `${name}-server`,
		subject: `/CN=${node.name}`,
		use: "serverAuth",
		names: [`DNS:${node.name}`, `IP:${node.address4}`, `IP:${node.address6}`],
	});
}

/** A kubeconfig for the client certificate `name`, self-contained. JSON is YAML. */
export async function kubeconfigText(layout: ClusterLayout, name: string): Promise<string> {
	const own = keyPair(layout, name);
	const base64 = async (path: string) => (await readFile(path)).toString("base64");
	const cluster = {
		server: layout.apiServer,
		"certificate-authority-data": await base64(keyPair(layout, "ca").cert),
	};
	const user = { "client-certificate-data": await base64(own.cert), "client-key-data": await base64(own.key) };
	const label = `pulumi-chaos-${layout.instance}`;
	const config = {
		apiVersion: "v1",
		kind: "Config",
		clusters: [{ name: label, cluster }],
		users: [{ name, user }],
		contexts: [{ name: label, context: { cluster: label, user: name } }],
		"current-context": label,
	};
	return `${JSON.stringify(config, null, 2)}\n`;
}
