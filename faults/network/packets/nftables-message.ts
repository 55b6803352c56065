import { attribute, be32, flags, nest, nfMessage, text } from "./netlink.ts";

/** The few messages to nf_tables that `nft` has no words for, or that are sent where no `nft` is run. */

const subsystem = 10;
const [batchBegin, batchEnd] = [0x10, 0x11];
const [newTable, deleteTable, newChain, newRule] = [0, 2, 3, 6];
const inet = 1;
const bypass = 1;

interface Part {
	type: number;
	flags: number;
	attributes: Buffer[];
}

/** Puts messages into one transaction, for a single send. */
function transaction(...parts: Part[]): Buffer {
	return Buffer.concat([
		nfMessage({ type: batchBegin, flags: flags.request, resource: subsystem }),
		...parts.map(({ type, flags: own, attributes }, index) =>
			nfMessage(
				{
					type: (subsystem << 8) | type,
					flags: flags.request | flags.acknowledge | own,
					sequence: index + 1,
					family: inet,
				},
				...attributes,
			),
		),
		nfMessage({ type: batchEnd, flags: flags.request, resource: subsystem }),
	]);
}

/** Deletes a table of family `inet` if it is there: adding first makes the deletion of one that is not there succeed. */
export function tableDeletion(table: string): Buffer {
	return transaction(tableOf(table), { type: deleteTable, flags: 0, attributes: [attribute(1, text(table))] });
}

/**
 * Appends a rule that leads packets to a queue, or lets them through when nobody serves it. It is the target NFQUEUE of iptables:
 * kernels may have that and no `queue` of nftables' own.
 */
export function queueTarget(table: string, chain: string, queue: number): Buffer {
	return transaction(target(table, chain, queue));
}

/** The same, with a table and a chain that are made for it. */
export function queueTargetAlone(table: string, chain: string, queue: number): Buffer {
	const attributes = [attribute(1, text(table)), attribute(3, text(chain))];
	return transaction(tableOf(table), { type: newChain, flags: flags.create, attributes }, target(table, chain, queue));
}

function tableOf(table: string): Part {
	return { type: newTable, flags: flags.create, attributes: [attribute(1, text(table))] };
}

function target(table: string, chain: string, queue: number): Part {
	// struct xt_NFQ_info_v3, in the byte order of the machine, padded to eight bytes.
	const info = Buffer.alloc(8);
	info.writeUInt16LE(queue, 0);
	info.writeUInt16LE(1, 2);
	info.writeUInt16LE(bypass, 4);
	const expression = nest(2, attribute(1, text("NFQUEUE")), attribute(2, be32(3)), attribute(3, info));
	return {
		type: newRule,
		flags: flags.create | flags.append,
		attributes: [
			attribute(1, text(table)),
			attribute(2, text(chain)),
			nest(4, nest(1, attribute(1, text("target")), expression)),
		],
	};
}
