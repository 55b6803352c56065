import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../lib/files.ts";
import { keyPair } from "./certificates.ts";
import type { Component } from "./component.ts";
import { containerdSocket } from "./containerd.ts";
import { clientConfig, flags } from "./control-plane.ts";
import type { ClusterLayout, NodeLayout } from "./layout.ts";
import type { Programs } from "./programs.ts";

function kubeletConfig(layout: ClusterLayout, node: NodeLayout): object {
	const server = keyPair(layout, `kubelet-${node.number}-server`);
	return {
		apiVersion: "kubelet.config.k8s.io/v1beta1",
		kind: "KubeletConfiguration",
		healthzBindAddress: "127.0.0.1",
		tlsCertFile: server.cert,
		tlsPrivateKeyFile: server.key,
		authentication: {
			anonymous: { enabled: false },
			webhook: { enabled: true },
			x509: { clientCAFile: keyPair(layout, "ca").cert },
		},
		authorization: { mode: "Webhook" },
		containerRuntimeEndpoint: `unix://${containerdSocket(node)}`,
		cgroupDriver: "cgroupfs",
		cgroupRoot: node.cgroup,
		failCgroupV1: false,
		failSwapOn: false,
		clusterDomain: "cluster.local",
		clusterDNS: [layout.dns4],
		resolvConf: join(node.state, "resolv.conf"),
		podLogsDir: join(node.state, "pods"),
		volumePluginDir: join(node.state, "plugins"),
		// The machine's disk belongs to its user: neither pods nor images are thrown out because it fills up.
		evictionHard: {
			"memory.available": "0%",
			"nodefs.available": "0%",
			"nodefs.inodesFree": "0%",
			"imagefs.available": "0%",
			"imagefs.inodesFree": "0%",
		},
		imageGCHighThresholdPercent: 100,
		imageGCLowThresholdPercent: 99,
		maxPods: 200,
		serializeImagePulls: false,
		// A container that a test kills again and again comes back at once each time.
		featureGates: { KubeletCrashLoopBackOffMax: true },
		crashLoopBackOff: { maxContainerRestartPeriod: "1s" },
		kubeAPIQPS: 200,
		kubeAPIBurst: 400,
		eventRecordQPS: 0,
		syncFrequency: "10s",
		nodeStatusUpdateFrequency: "4s",
		nodeLeaseDurationSeconds: 12,
	};
}

function kubeProxyConfig(layout: ClusterLayout, node: NodeLayout, kubeconfig: string): object {
	return {
		apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
		kind: "KubeProxyConfiguration",
		clientConnection: { kubeconfig, qps: 200, burst: 400 },
		hostnameOverride: node.name,
		mode: "nftables",
		clusterCIDR: `${layout.pods4},${layout.pods6}`,
		healthzBindAddress: "127.0.0.1:10256",
		metricsBindAddress: "127.0.0.1:10249",
		nftables: { minSyncPeriod: "100ms", syncPeriod: "30s" },
		// The table of connections belongs to the whole machine; its size is left alone.
		conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
	};
}

function component(
	layout: ClusterLayout,
	node: NodeLayout,
	programs: Programs,
	name: string,
	args: string[],
): Component {
	return {
		name: `${name} of ${node.name}`,
		node: node.number,
		program: join(programs.kubernetes, name),
		args,
		netns: node.netns,
		cgroup: layout.componentsCgroup,
		log: join(node.state, "log", `${name}.log`),
	};
}

/** Writes a node's kubelet configuration and describes how it is run. */
export async function kubelet(layout: ClusterLayout, node: NodeLayout, programs: Programs): Promise<Component> {
	const file = join(node.state, "kubelet.json");
	await mkdir(join(node.state, "kubelet"), { recursive: true });
	await writeWhole(file, JSON.stringify(kubeletConfig(layout, node), null, 2));
	// A pod with the node's resolver must not ask that of the machine.
	await writeWhole(join(node.state, "resolv.conf"), `nameserver ${layout.dns4}\n`, 0o644);
	return component(
		layout,
		node,
		programs,
		"kubelet",
		flags({
			config: file,
			kubeconfig: await clientConfig(layout, `kubelet-${node.number}`),
			"hostname-override": node.name,
			"node-ip": `${node.address4},${node.address6}`,
			"node-labels": `topology.kubernetes.io/zone=${node.zone}`,
			"root-dir": join(node.state, "kubelet"),
		}),
	);
}

/** Writes a node's kube-proxy configuration and describes how it is run. */
export async function kubeProxy(layout: ClusterLayout, node: NodeLayout, programs: Programs): Promise<Component> {
	const file = join(node.state, "kube-proxy.json");
	const kubeconfig = await clientConfig(layout, "kube-proxy");
	await writeWhole(file, JSON.stringify(kubeProxyConfig(layout, node, kubeconfig), null, 2));
	return component(layout, node, programs, "kube-proxy", [`--config=${file}`]);
}
