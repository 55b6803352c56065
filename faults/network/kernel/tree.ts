import type { Bucket, Netem } from "../instruction.ts";
import { bucketArguments, bucketOf, sameBucket } from "./bucket.ts";
import { bitOf, bitsOf, classOf, combinations, major } from "./classes.ts";
import { compose } from "./compose.ts";
import { netemArguments, netemOf, sameNetem } from "./netem.ts";

/** What is done to the packets of one class. */
export interface Leaf {
	netem?: Netem;
	bucket?: Bucket;
}

/** What is done to the packets of each class, by its bits. */
export type Tree = ReadonlyMap<number, Leaf>;

/** The class that those of a bucket are in: its tokens are for all of them. */
const shared = `${major}:8000`;
/** A class that waits for nobody. */
const unbound = "rate 100gbit burst 1mb cburst 1mb quantum 60000";

/** Line for `tc -batch`: the qdisc that chooses a class by a packet's priority, and lets pass what has none. */
export function rootLine(device: string): string {
	return `qdisc add dev ${device} root handle ${major}: htb default 0`;
}

/** A qdisc, by `tc -j -r qdisc show`. */
export interface Qdisc {
	kind: string;
	handle: string;
	dev: string;
	parent?: string;
	root?: true;
	options: unknown;
}

/** What each class does, by the qdiscs of our device; undefined when the root is not there or not ours. */
export function treeIn(qdiscs: readonly Qdisc[]): Tree | undefined {
	if (!qdiscs.some(({ kind, handle, root }) => root && kind === "htb" && handle === `${major}:`)) return undefined;
	const tree = new Map<number, Leaf>();
	for (const { kind, parent = "", options } of qdiscs) {
		const bits = bitsOf(parent) ?? bitsOfNetem(parent);
		if (bits === undefined) continue;
		const what = kind === "netem" ? { netem: netemOf(options) } : kind === "tbf" ? { bucket: bucketOf(options) } : {};
		tree.set(bits, { ...tree.get(bits), ...what });
	}
	return tree;
}

/** The leaves that a tree should have for one slot: alone, and with each combination of the others. */
export function leavesFor(slot: number, own: Leaf, others: ReadonlyMap<number, Leaf>): Tree {
	const all = new Map([...others, [slot, own]]);
	return new Map(
		combinations(slot, [...others.keys()]).map((bits) => {
			const members = [...all].filter(([of]) => (bits & bitOf(of)) !== 0).map(([, leaf]) => leaf);
			const netems = members.flatMap(({ netem }) => netem ?? []);
			const bucket = members.find((leaf) => leaf.bucket)?.bucket;
			return [bits, { ...(netems.length > 0 && { netem: compose(netems) }), ...(bucket && { bucket }) }];
		}),
	);
}

/** Lines for `tc -batch` that bring leaves about. */
export function leafLines(device: string, own: Leaf, leaves: Tree): string[] {
	return [
		...(own.bucket ? [sharedLine(device, own.bucket)] : []),
		...[...leaves].flatMap(([bits, { netem, bucket }]) => {
			const parent = classOf(bits);
			const at = bucket ? `parent ${shared}` : `parent ${major}:`;
			const speed = bucket ? borrowing(bucket) : unbound;
			const below = netem ? `${handleOf("1", bits)}:1` : parent;
			return [
				`class replace dev ${device} ${at} classid ${parent} htb ${speed}`,
				...(netem ? [qdisc(device, parent, handleOf("1", bits), netemArguments(netem))] : []),
				...(bucket ? [qdisc(device, below, handleOf("2", bits), bucketArguments(bucket))] : []),
			];
		}),
	];
}

function qdisc(device: string, parent: string, handle: string, args: readonly string[]): string {
	return `qdisc replace dev ${device} parent ${parent} handle ${handle}: ${args.join(" ")}`;
}

function sharedLine(device: string, { rate, buffer, peakrate = rate, minburst = buffer }: Bucket): string {
	return `class replace dev ${device} parent ${major}: classid ${shared} htb rate ${rate}bit burst ${buffer}b ceil ${peakrate}bit cburst ${minburst}b quantum 60000`;
}

/** A class that has next to nothing of its own, and lives on what the shared one has. */
function borrowing({ rate }: Bucket): string {
	return `rate ${Math.max(8, Math.floor(rate / 64))}bit burst 64b ceil 100gbit cburst 1mb quantum 60000`;
}

/** Handle of a qdisc: the kind as its first digit, and the bits of its class. */
function handleOf(kind: "1" | "2", bits: number): string {
	return `${kind}${bits.toString(16).padStart(3, "0")}`;
}

function bitsOfNetem(parent: string): number | undefined {
	const [, bits] = /^1([0-9a-f]{3}):1$/.exec(parent) ?? [];
	return bits === undefined ? undefined : Number.parseInt(bits, 16);
}

/** Classes of ours in the output of `tc class show`, and whether the shared one is among them. */
export function classesIn(listing: string): { bits: number[]; shared: boolean } {
	const ids = [...listing.matchAll(/^class htb (\S+) /gm)].map(([, id = ""]) => id);
	return { bits: ids.flatMap((id) => bitsOf(id) ?? []), shared: ids.includes(shared) };
}

/** Lines for `tc -batch` that end all classes with bits of none of the slots that are taken. */
export function pruneLines(device: string, listing: string, slots: readonly number[], tree: Tree): string[] {
	const classes = classesIn(listing);
	const known = slots.reduce((bits, slot) => bits | bitOf(slot), 0);
	const ending = classes.bits.filter((bits) => (bits & ~known) !== 0);
	const staying = classes.bits.filter((bits) => (bits & ~known) === 0);
	const unused = classes.shared && !staying.some((bits) => tree.get(bits)?.bucket);
	return [...ending.map(classOf), ...(unused ? [shared] : [])].map((id) => `class delete dev ${device} classid ${id}`);
}

/** Whether a leaf does what it should, as far as tc shows. */
export function sameLeaf(one: Leaf | undefined, other: Leaf): boolean {
	if (!one || !one.bucket !== !other.bucket) return false;
	return (
		sameNetem(one.netem ?? {}, other.netem ?? {}) &&
		(!one.bucket || !other.bucket || sameBucket(one.bucket, other.bucket))
	);
}
