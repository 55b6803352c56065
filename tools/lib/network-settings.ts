import { lookIntoNetworks } from "./pod-network.ts";

/** What in a network namespace a fault may change, and the command that lists it. */
const listings: readonly (readonly [string, ...string[]])[] = [
	["nft", "--stateless", "list", "ruleset"],
	["tc", "qdisc", "show"],
	["ip", "-4", "rule", "show"],
	["ip", "-6", "rule", "show"],
	["ip", "-4", "route", "show", "table", "all"],
	["ip", "-6", "route", "show", "table", "all"],
];

/** Tables of the kubelet's: it makes them when it likes, some time after each of its starts. */
const kubeletTable = /\bKUBE-(KUBELET-CANARY|FIREWALL|IPTABLES-HINT)\b/;

/** Packet filters, queues, routes and rules of all network namespaces that one of these processes lives in, line by line. */
export function networkSettings(pids: readonly number[]): string[] {
	return lookIntoNetworks(pids, (run) =>
		listings.flatMap(([program, ...args]) =>
			withoutKubelets(run(program, ...args))
				.split("\n")
				.filter((line) => line.trim() !== "")
				.map((line) => `${program} ${args.join(" ")}: ${line.trim()}`),
		),
	);
}

/** What is no listing of tables is one piece, and stays. */
function withoutKubelets(listing: string): string {
	const tables = listing.split(/^(?=table )/m);
	return tables.filter((table) => !kubeletTable.test(table)).join("");
}
