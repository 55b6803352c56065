import type { V1Pod } from "@kubernetes/client-node";
import { execInPod } from "../../tools/lib/pod-exec.ts";
import { clients } from "./kubernetes.ts";

const port = 9099;

/** Prints the sender of the first datagram, or nothing when none comes in time. */
const receiver = `
const socket = require("node:dgram").createSocket("udp4");
socket.on("message", (text, { address }) => { console.log(address); socket.close(); });
socket.bind(${port});
setTimeout(() => process.exit(), 4000);
`;

/** Sends datagrams for as long as the receiver may need to start. */
const sender = (address: string): string => `
const socket = require("node:dgram").createSocket("udp4");
const timer = setInterval(() => socket.send("x", ${port}, ${JSON.stringify(address)}), 50);
setTimeout(() => { clearInterval(timer); socket.close(); }, 3500);
`;

async function run(pod: V1Pod, script: string): Promise<string> {
	const { config } = clients();
	const place = { namespace: pod.metadata?.namespace ?? "", pod: pod.metadata?.name ?? "", container: "server" };
	const { stdout } = await execInPod(config, { ...place, command: ["node", "-e", script], timeoutMs: 30_000 });
	return stdout.trim();
}

/** Whether packets of one pod arrive at another: datagrams need no answer, so this sees one direction alone. */
export async function arrives(from: V1Pod, to: V1Pod): Promise<boolean> {
	const [heard] = await Promise.all([run(to, receiver), run(from, sender(to.status?.podIP ?? ""))]);
	return heard === from.status?.podIP;
}
