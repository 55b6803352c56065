import { join } from "node:path";
import { writeWhole } from "../lib/files.ts";
import { auditLog, auditPolicy } from "./audit.ts";
import { keyPair, kubeconfigText } from "./certificates.ts";
import type { Component } from "./component.ts";
import type { ClusterLayout } from "./layout.ts";
import type { Programs } from "./programs.ts";

/** `--name=value` for each entry. */
export function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
	return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

/** Writes a kubeconfig for the certificate `name` and returns its path. */
export async function clientConfig(layout: ClusterLayout, name: string): Promise<string> {
	const file = join(layout.state, `${name}.kubeconfig`);
	await writeWhole(file, await kubeconfigText(layout, name));
	return file;
}

const etcdUrl = "https://127.0.0.1:2379";
const etcdPeer = "https://127.0.0.1:2380";

function etcdFlags(layout: ClusterLayout): string[] {
	const own = keyPair(layout, "etcd");
	const ca = keyPair(layout, "ca").cert;
	return flags({
		name: "etcd",
		"data-dir": join(layout.state, "etcd"),
		"listen-client-urls": etcdUrl,
		"advertise-client-urls": etcdUrl,
		"listen-peer-urls": etcdPeer,
		"initial-advertise-peer-urls": etcdPeer,
		"initial-cluster": `etcd=${etcdPeer}`,
		"client-cert-auth": true,
		"trusted-ca-file": ca,
		"cert-file": own.cert,
		"key-file": own.key,
		"peer-client-cert-auth": true,
		"peer-trusted-ca-file": ca,
		"peer-cert-file": own.cert,
		"peer-key-file": own.key,
	});
}

async function apiServerFlags(layout: ClusterLayout): Promise<string[]> {
	const policy = join(layout.state, "audit-policy.json");
	await writeWhole(policy, auditPolicy);
	const ca = keyPair(layout, "ca").cert;
	const own = keyPair(layout, "kube-apiserver");
	const etcd = keyPair(layout, "etcd-client");
	const kubelet = keyPair(layout, "kubelet-client");
	const accounts = keyPair(layout, "service-accounts");
	return flags({
		"advertise-address": layout.nodes[0].address4,
		"audit-policy-file": policy,
		"audit-log-path": auditLog(layout),
		// Megabytes, and one file more.
		"audit-log-maxsize": 10,
		"audit-log-maxbackup": 1,
		"secure-port": 6443,
		"allow-privileged": true,
		"authorization-mode": "Node,RBAC",
		"enable-admission-plugins": "NodeRestriction",
		"client-ca-file": ca,
		"tls-cert-file": own.cert,
		"tls-private-key-file": own.key,
		"etcd-servers": etcdUrl,
		"etcd-cafile": ca,
		"etcd-certfile": etcd.cert,
		"etcd-keyfile": etcd.key,
		"kubelet-certificate-authority": ca,
		"kubelet-client-certificate": kubelet.cert,
		"kubelet-client-key": kubelet.key,
		"kubelet-preferred-address-types": "InternalIP",
		"service-account-issuer": "https://kubernetes.default.svc.cluster.local",
		"service-account-key-file": accounts.cert,
		"service-account-signing-key-file": accounts.key,
		"service-cluster-ip-range": `${layout.services4},${layout.services6}`,
	});
}

const clientRates = { "kube-api-qps": 200, "kube-api-burst": 400, "leader-elect": false };

function controllerManagerFlags(layout: ClusterLayout, kubeconfig: string): string[] {
	const ca = keyPair(layout, "ca");
	return flags({
		...clientRates,
		kubeconfig,
		"authentication-kubeconfig": kubeconfig,
		"authorization-kubeconfig": kubeconfig,
		"bind-address": "127.0.0.1",
		"root-ca-file": ca.cert,
		"cluster-signing-cert-file": ca.cert,
		"cluster-signing-key-file": ca.key,
		"service-account-private-key-file": keyPair(layout, "service-accounts").key,
		"use-service-account-credentials": true,
		// A dead node is noticed within seconds, and a busy one with two cores is not taken for dead.
		"node-monitor-period": "2s",
		"node-monitor-grace-period": "20s",
	});
}

function schedulerFlags(kubeconfig: string): string[] {
	return flags({
		...clientRates,
		kubeconfig,
		"authentication-kubeconfig": kubeconfig,
		"authorization-kubeconfig": kubeconfig,
		"bind-address": "127.0.0.1",
	});
}

/** The components of the control plane, all on the first node, in the order in which they start. */
export async function controlPlane(layout: ClusterLayout, programs: Programs): Promise<Component[]> {
	const component = (name: string, program: string, args: string[]): Component => ({
		name,
		program,
		args,
		netns: layout.nodes[0].netns,
		cgroup: layout.componentsCgroup,
		log: join(layout.state, "log", `${name}.log`),
	});
	const kubernetes = (name: string, args: string[]) => component(name, join(programs.kubernetes, name), args);
	const manager = await clientConfig(layout, "kube-controller-manager");
	const scheduler = await clientConfig(layout, "kube-scheduler");
	return [
		component("etcd", programs.etcd, etcdFlags(layout)),
		kubernetes("kube-apiserver", await apiServerFlags(layout)),
		kubernetes("kube-controller-manager", controllerManagerFlags(layout, manager)),
		kubernetes("kube-scheduler", schedulerFlags(scheduler)),
	];
}
