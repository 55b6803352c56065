import type { V1Pod } from "@kubernetes/client-node";
import { execInPod } from "../../tools/lib/pod-exec.ts";
import { clients } from "./kubernetes.ts";

/** What becomes of the datagrams that one pod sends another. */
export type Fate = "as they are" | "slow" | "none" | "twice";

/** Datagrams that each pod sends each other, each family, and how long each is, in bytes: more than a limit of the rate lets pass at once. */
const count = 4;
const size = 1000;
/** Milliseconds that the last must at least take to count as slow; what is not slowed down takes a few, on a busy machine more. */
const slowMs = 250;
const port = 9098;

interface Arrival {
	from: string;
	number: number;
	/** Milliseconds since it was sent: all pods have one clock, that of the machine. */
	ms: number;
}

/**
 * What runs in each pod. It listens, sends numbered datagrams with the time to all others at a given moment, and prints what it
 * has heard after so long. Datagrams need no answer, so each direction is seen alone.
 */
const script = `
const [peers, at, waitMs] = JSON.parse(process.argv[1]);
const heard = [];
const { createSocket } = require("node:dgram");
const [four, six] = ["udp4", "udp6"].map((type) => {
	const socket = createSocket({ type, ipv6Only: type === "udp6" });
	socket.on("message", (text, { address }) => {
		const [number, sent] = String(text).split(" ").map(Number);
		heard.push({ from: address, number, ms: Date.now() - sent });
	});
	socket.bind(${port});
	return socket;
});
setTimeout(() => {
	for (const peer of peers) for (let number = 0; number < ${count}; number++) {
		(peer.includes(":") ? six : four).send((number + " " + Date.now()).padEnd(${size}), ${port}, peer);
	}
}, at - Date.now());
setTimeout(() => { console.log(JSON.stringify(heard)); process.exit(); }, at - Date.now() + waitMs);
`;

const addresses = ({ status }: V1Pod): string[] => status?.podIPs?.map(({ ip }) => ip) ?? [];

/** What becomes of what the pods send each other, by `front -> back, IPv4` and so on, as seen by who receives it. */
export async function flows(pods: Readonly<Record<string, V1Pod>>, waitMs: number): Promise<Record<string, string>> {
	// A process in a pod may take its time to start.
	const at = Date.now() + 1000;
	const all = Object.entries(pods);
	const heard = await Promise.all(
		all.map(async ([to, pod]) => {
			const others = all.filter(([role]) => role !== to).flatMap(([, other]) => addresses(other));
			return [to, await run(pod, [others, at, waitMs])] as const;
		}),
	);
	const fates = heard.flatMap(([to, arrivals]) =>
		all
			.filter(([role]) => role !== to)
			.flatMap(([from, pod]) =>
				addresses(pod).map((address) => [
					`${from} -> ${to}, IPv${address.includes(":") ? 6 : 4}`,
					fate(arrivals.filter((arrival) => arrival.from === address)),
				]),
			),
	);
	return Object.fromEntries(fates);
}

async function run(pod: V1Pod, args: unknown[]): Promise<Arrival[]> {
	const place = { namespace: pod.metadata?.namespace ?? "", pod: pod.metadata?.name ?? "", container: "server" };
	const command = ["node", "-e", script, JSON.stringify(args)];
	const { code, stdout, stderr } = await execInPod(clients().config, { ...place, command, timeoutMs: 30_000 });
	if (code !== 0) throw new Error(`what measures in pod ${place.pod} ended with status ${code}: ${stderr}`);
	return JSON.parse(stdout);
}

function fate(arrivals: readonly Arrival[]): string {
	const numbers = new Set(arrivals.map(({ number }) => number)).size;
	if (numbers === 0) return "none";
	const last = Math.max(...arrivals.map(({ ms }) => ms));
	if (numbers < count) return `${numbers} of ${count}, ${last} ms`;
	if (last >= slowMs) return "slow";
	if (arrivals.length === 2 * count) return "twice";
	return arrivals.length === count ? "as they are" : `${arrivals.length} of ${count}`;
}
