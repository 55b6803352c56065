/** Packets to drop at one hook of the pod's network namespace. */
export interface Drop {
	/** Packets that the pod receives, or sends. */
	hook: "input" | "output";
	/** Addresses and CIDRs on the other side, IPv4 and IPv6; absent: everybody. */
	peers?: string[];
	/** Port on the other side, of any protocol that has ports; absent: all packets. */
	port?: number;
	/** Only packets through this device; absent: through any but loopback. */
	device?: string;
}

/** Packets to shape: those of one direction, to or from some peers. */
export interface Path {
	/** Packets that the pod sends, or receives. */
	hook: "egress" | "ingress";
	/** Addresses and CIDRs on the other side, IPv4 and IPv6; absent: everybody. */
	peers?: string[];
	/** Port on the other side, of any protocol that has ports; absent: all packets. */
	port?: number;
	/** Only packets through this device; absent: through any but loopback. */
	device?: string;
	/**
	 * Only what a server sends to a client, by the ports (see paths.ts), or only all the rest. Between two pods each
	 * packet is shaped at that end which sees both of their own addresses, also when one is reached through a Service.
	 */
	part?: "replies" | "rest";
}

/** Something that happens to a packet by chance. */
export interface Chance {
	/** 0 to 1. */
	probability: number;
	/** How much it depends on the packet before, 0 to 1. */
	correlation: number;
}

/** What is done to packets besides limiting their rate; what is absent is not done. */
export interface Netem {
	delay?: {
		/** Microseconds, above zero. */
		latency: number;
		/** Microseconds by which the latency varies at random, up and down, evenly. */
		jitter: number;
		/** How much the latency depends on that of the packet before, 0 to 1. */
		correlation: number;
	};
	/** Packets that are not held back, and so overtake those that are; goes with `delay`. */
	reorder?: Chance & {
		/** Only every n-th packet may overtake; 0 and 1: any. */
		gap: number;
	};
	loss?: Chance;
	duplicate?: Chance;
	corrupt?: Chance;
}

/** A bucket of tokens that packets need to pass. */
export interface Bucket {
	/** Bits a second. */
	rate: number;
	/** Bytes that may wait for tokens. */
	limit: number;
	/** Size of the bucket in bytes. */
	buffer: number;
	/** Highest rate at which the bucket is emptied, bits a second; absent: any. */
	peakrate?: number;
	/** Size of the bucket for `peakrate` in bytes; goes with it. */
	minburst?: number;
}

/** Drops packets. */
export interface Partition {
	action: "partition";
	drops: Drop[];
	/**
	 * The pod is on its node's network, and that is meant: packets to and from these addresses and CIDRs pass whatever `drops` says.
	 * Absent: it has a network of its own.
	 */
	spared?: string[];
}

/** Delays, loses, repeats, spoils or slows down packets: at least one of `netem` and `bucket` is there. */
export interface Shape {
	action: "shape";
	/** A packet that several of them match is shaped once. */
	paths: Path[];
	netem?: Netem;
	bucket?: Bucket;
}

/** What a node does to one pod for a NetworkChaos. */
export type NetworkInstruction = Partition | Shape;
