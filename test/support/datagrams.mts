/**
 * Datagrams from each pod to each other. They need no answer, so each direction is seen alone. Runs in the network namespace of a
 * pod, in the program that stands for one or by itself, so it imports nothing of ours.
 */
import { createSocket } from "node:dgram";

/** Datagrams that each pod sends each other, each family. */
export const count = 4;

/** Bytes of each: together more than a limit of the rate lets pass at once. */
const size = 1000;
const port = 9098;

/** A datagram that came. */
export interface Arrival {
	from: string;
	number: number;
	/** Milliseconds since it was sent: all pods have one clock, that of the machine. */
	ms: number;
}

/** What a pod is to do, in milliseconds, `at` since 1970. */
export interface Exchange {
	/** Addresses to send to. */
	peers: string[];
	/** When to send: the same moment for all pods, when all listen. */
	at: number;
	/** How long to listen after that. */
	waitMs: number;
}

/** Listens, sends numbered datagrams with the time to all peers at the moment, and returns what it has heard. */
export function exchange({ peers, at, waitMs }: Exchange): Promise<Arrival[]> {
	const heard: Arrival[] = [];
	const open = (type: "udp4" | "udp6") => {
		const socket = createSocket({ type, ipv6Only: type === "udp6" });
		socket.on("message", (text, { address }) => {
			const [number = 0, sent = 0] = String(text).split(" ").map(Number);
			heard.push({ from: address, number, ms: Date.now() - sent });
		});
		return socket.bind(port);
	};
	const [four, six] = [open("udp4"), open("udp6")];
	setTimeout(() => {
		for (const peer of peers) {
			for (let number = 0; number < count; number++) {
				// That nobody can be reached is what a fault may do.
				(peer.includes(":") ? six : four).send(`${number} ${Date.now()}`.padEnd(size), port, peer, () => {});
			}
		}
	}, at - Date.now());
	return new Promise((resolve) => {
		setTimeout(
			() => {
				for (const socket of [four, six]) socket.close();
				resolve(heard);
			},
			at - Date.now() + waitMs,
		);
	});
}
