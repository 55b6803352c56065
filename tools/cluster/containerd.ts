import { join } from "node:path";
import { writeWhole } from "../lib/files.ts";
import { run } from "../lib/run.ts";
import type { Component } from "./component.ts";
import type { ClusterLayout, NodeLayout } from "./layout.ts";
import type { Programs } from "./programs.ts";

/** The image of the first process of a pod's sandbox. */
export const pauseImage = "localhost/pulumi-chaos/pause:1";

/** The socket of a node's containerd. */
export function containerdSocket(node: NodeLayout): string {
	return join(node.run, "containerd.sock");
}

function config(node: NodeLayout, programs: Programs): string {
	const text = JSON.stringify;
	return `version = 3
root = ${text(join(node.state, "containerd"))}
state = ${text(join(node.run, "containerd"))}
imports = []
# Two runtimes on one machine would share these sockets and folders.
disabled_plugins = ["io.containerd.nri.v1.nri", "io.containerd.image-verifier.v1.bindir"]

[grpc]
address = ${text(containerdSocket(node))}

[ttrpc]
address = ${text(`${containerdSocket(node)}.ttrpc`)}

[plugins."io.containerd.internal.v1.opt"]
path = ${text(join(node.state, "opt"))}

[plugins."io.containerd.metadata.v1.bolt"]
no_sync = true

[plugins."io.containerd.shim.v1.manager"]
socket_dir = ${text(join(node.run, "s"))}

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = ${text(pauseImage)}

[plugins."io.containerd.cri.v1.runtime"]
# Without CAP_SYS_RESOURCE no process may lower its score, and no sandbox would start.
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true

[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = [${text(programs.cni)}]
conf_dir = ${text(join(node.state, "cni"))}
use_internal_loopback = true

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = ${text(programs.runc)}
Root = ${text(join(node.run, "runc"))}
SystemdCgroup = false
`;
}

/** Start of the names under which libcni keeps its results, outside the cluster's folders. */
export function cniName(layout: ClusterLayout): string {
	return `pulumi-chaos-${layout.instance}-`;
}

function cni(layout: ClusterLayout, node: NodeLayout): object {
	return {
		cniVersion: "1.0.0",
		name: `${cniName(layout)}${node.number}`,
		plugins: [
			{
				type: "bridge",
				bridge: "cni0",
				isGateway: true,
				hairpinMode: true,
				// Its masquerading would hide the pods' addresses from the other node.
				ipMasq: false,
				ipam: {
					type: "host-local",
					dataDir: join(node.run, "addresses"),
					ranges: [[{ subnet: node.pods4, gateway: node.gateway4 }], [{ subnet: node.pods6, gateway: node.gateway6 }]],
					routes: [{ dst: "0.0.0.0/0" }, { dst: "::/0" }],
				},
			},
		],
	};
}

/** Writes containerd's configuration for a node and describes how it is run. */
export async function containerd(layout: ClusterLayout, node: NodeLayout, programs: Programs): Promise<Component> {
	const file = join(node.state, "containerd.toml");
	await writeWhole(file, config(node, programs));
	await writeWhole(join(node.state, "cni", "10-pods.conflist"), JSON.stringify(cni(layout, node), null, 2));
	return {
		name: `containerd of ${node.name}`,
		node: node.number,
		program: join(programs.containerd, "containerd"),
		args: ["--config", file],
		netns: node.netns,
		cgroup: layout.componentsCgroup,
		log: join(node.state, "log", "containerd.log"),
		path: [programs.containerd],
	};
}

/** Runs `ctr` on the images that a node's kubelet sees. */
export function ctr(node: NodeLayout, programs: Programs, args: readonly string[]): Promise<string> {
	const socket = ["--address", containerdSocket(node), "--namespace", "k8s.io"];
	return run(join(programs.containerd, "ctr"), [...socket, ...args]);
}
