import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { mountPoints } from "../lib/procfs.ts";
import { run } from "../lib/run.ts";
import type { ClusterLayout, NodeLayout } from "./layout.ts";

function inNetns(netns: string, program: string, args: readonly string[], input = ""): Promise<string> {
	return run("nsenter", [`--net=${netns}`, "--", program, ...args], { input });
}

/** Runs lines of `ip` commands in a namespace, or on the host. Stops at the first that fails. */
async function ip(lines: readonly string[], netns?: string): Promise<void> {
	const args = ["-batch", "-"];
	const input = `${lines.join("\n")}\n`;
	await (netns === undefined ? run("ip", args, { input }) : inNetns(netns, "ip", args, input));
}

// The namespace lives as long as it is mounted on its file.
async function addNetns(netns: string): Promise<void> {
	await mkdir(dirname(netns), { recursive: true });
	await writeFile(netns, "");
	await run("unshare", [`--net=${netns}`, "true"]);
	await ip(["link set lo up"], netns);
}

/**
 * Makes the switch: a bridge in a namespace of its own, where no firewall of the host filters what it carries. The host
 * joins it by one interface.
 */
export async function addSwitch(layout: ClusterLayout): Promise<void> {
	await addNetns(layout.switchNetns);
	await ip(["link add switch0 type bridge", "link set switch0 up"], layout.switchNetns);
	await ip([`link add ${layout.hostInterface} type veth peer name host netns ${layout.switchNetns}`]);
	await ip(["link set host master switch0 up"], layout.switchNetns);
	if (existsSync("/proc/sys/net/ipv6/conf")) {
		await run("sysctl", ["-q", "-w", `net.ipv6.conf.${layout.hostInterface}.disable_ipv6=0`]);
	}
	await ip([
		`address add ${layout.hostAddress4}/24 dev ${layout.hostInterface}`,
		`address add ${layout.hostAddress6}/64 dev ${layout.hostInterface} nodad`,
		`link set ${layout.hostInterface} up`,
		`route add ${layout.services4} via ${layout.nodes[0].address4}`,
		`route add ${layout.services6} via ${layout.nodes[0].address6} dev ${layout.hostInterface}`,
	]);
}

// Only what leaves the cluster is masqueraded: pods see each other's addresses, through a Service as well.
function masquerade(layout: ClusterLayout): string {
	const inside = (pods: string, addresses: readonly string[]) => `{ ${[pods, ...addresses].join(", ")} }`;
	const inside4 = inside(
		layout.pods4,
		layout.nodes.map((node) => node.address4),
	);
	const inside6 = inside(
		layout.pods6,
		layout.nodes.map((node) => node.address6),
	);
	return `table inet pulumi-chaos-cluster {
	chain postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr ${layout.pods4} ip daddr != ${inside4} masquerade
		ip6 saddr ${layout.pods6} ip6 daddr != ${inside6} masquerade
	}
}
`;
}

const portOf = (node: NodeLayout) => `node${node.number}`;

const nodeSettings = [
	"net.ipv4.ip_forward=1",
	"net.ipv6.conf.all.disable_ipv6=0",
	"net.ipv6.conf.default.disable_ipv6=0",
	"net.ipv6.conf.all.forwarding=1",
	// Without it a node asks nobody for a neighbour's address in the second after its first pod has come.
	"net.ipv6.conf.default.accept_dad=0",
	// A reply between two pods of one node crosses only the bridge, where a Service's address is put back as well.
	"net.bridge.bridge-nf-call-iptables=1",
	"net.bridge.bridge-nf-call-ip6tables=1",
];

/** Makes a node's namespace: its link to the switch, the bridge of its pods, forwarding and masquerading. */
export async function addNodeNetwork(layout: ClusterLayout, node: NodeLayout): Promise<void> {
	await addNetns(node.netns);
	await inNetns(node.netns, "sysctl", ["-q", "-w", ...nodeSettings]);
	const port = portOf(node);
	await ip(
		[`link add ${port} type veth peer name eth0 netns ${node.netns}`, `link set ${port} master switch0 up`],
		layout.switchNetns,
	);
	// The bridge is made here and not by the first pod, so that no pod waits until its gateway's address is usable.
	await ip(
		[
			`address add ${node.address4}/24 dev eth0`,
			`address add ${node.address6}/64 dev eth0 nodad`,
			"link set eth0 up",
			`route add default via ${layout.hostAddress4}`,
			`route add ::/0 via ${layout.hostAddress6}`,
			"link add cni0 type bridge",
			`link set cni0 address 02:00:0a:f4:0${node.number}:01`,
			`address add ${node.gateway4}/24 dev cni0`,
			`address add ${node.gateway6}/64 dev cni0 nodad`,
			"link set cni0 up",
		],
		node.netns,
	);
	await inNetns(node.netns, "nft", ["-f", "-"], masquerade(layout));
	await ip([
		`route add ${node.pods4} via ${node.address4}`,
		`route add ${node.pods6} via ${node.address6} dev ${layout.hostInterface}`,
	]);
}

/** Lets two running nodes reach each other's pods. */
export async function joinNodes(one: NodeLayout, other: NodeLayout): Promise<void> {
	for (const [from, to] of [
		[one, other],
		[other, one],
	] as const) {
		await ip(
			[`route replace ${to.pods4} via ${to.address4}`, `route replace ${to.pods6} via ${to.address6}`],
			from.netns,
		);
	}
}

async function hasLink(name: string, netns?: string): Promise<boolean> {
	const args = ["-json", "link", "show"];
	const text = await (netns === undefined ? run("ip", args) : inNetns(netns, "ip", args));
	return (JSON.parse(text) as { ifname: string }[]).some(({ ifname }) => ifname === name);
}

/**
 * Takes a node off the switch and off the host's routes; its namespace goes with the mounts of its folder. The cable is
 * cut by hand, because the kernel takes its time to clear a namespace.
 */
export async function removeNodeNetwork(layout: ClusterLayout, node: NodeLayout): Promise<void> {
	const port = portOf(node);
	if (mountPoints().includes(layout.switchNetns) && (await hasLink(port, layout.switchNetns))) {
		await ip([`link delete ${port}`], layout.switchNetns);
	}
	if (!(await hasLink(layout.hostInterface))) return;
	for (const [family, pods] of [
		["-4", node.pods4],
		["-6", node.pods6],
	] as const) {
		await run("ip", [family, "route", "flush", "root", pods, "dev", layout.hostInterface]);
	}
}

/** Removes the host's link to the cluster, and its routes with it. */
export async function removeHostNetwork(layout: ClusterLayout): Promise<void> {
	if (await hasLink(layout.hostInterface)) await ip([`link delete ${layout.hostInterface}`]);
}
