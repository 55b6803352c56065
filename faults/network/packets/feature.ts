import { command } from "../../node/command.ts";
import { loadNative, type Native } from "../../node/native.ts";
import { withinNew } from "../../node/netns-sockets.ts";
import { replaceTable } from "../nftables.ts";
import { NfSocket } from "./nf-socket.ts";
import { bindQueue } from "./nfqueue.ts";
import { queueTargetAlone } from "./nftables-message.ts";
import { type QueueForm, queueing } from "./queueing.ts";
import { RawSender } from "./raw-sender.ts";

let found: Promise<QueueForm> | undefined;

/** How rules lead packets to a queue on this node. Throws an Error that says what is missing for it. */
export function queueForm(): Promise<QueueForm> {
	found ??= probe().catch((error: Error) => {
		found = undefined;
		throw new Error(`packets can't be shaped outside of the kernel either: ${error.message}`);
	});
	return found;
}

/** Tries all that the engine needs in network namespaces of its own, which end with the try. */
async function probe(): Promise<QueueForm> {
	const native = await loadNative();
	const paths = [
		{ hook: "egress" as const, peers: ["192.0.2.0/31", "2001:db8::/127"], port: 1, part: "rest" as const },
	];
	const rules = (form: QueueForm | undefined): string =>
		replaceTable("pulumi_chaos_probe", queueing(paths, { slot: 0, queues: [1] }, form));
	const inScratch = (input: string): Promise<string> =>
		command("unshare", ["--net", "--", "nft", "-j", "-f", "-"], { input });
	await inScratch(rules(undefined));
	withinNew(native, () => tryQueue(native));
	try {
		await inScratch(rules("queue"));
		return "queue";
	} catch {
		const errno = withinNew(native, () => tryTarget(native));
		if (errno === 0) return "target";
		throw new Error(`the kernel has neither nft_queue nor xt_NFQUEUE with nft_compat (errno ${errno})`);
	}
}

function tryQueue(native: Native): void {
	new RawSender(native).close();
	const socket = new NfSocket(native);
	const options = { number: 1, copy: 64, longest: 1, whole: true };
	const errno = bindQueue(options).reduce((failed, message) => failed || socket.request(message), 0);
	socket.close();
	if (errno !== 0) throw new Error(`the kernel has no nfnetlink_queue (errno ${errno})`);
}

function tryTarget(native: Native): number {
	const socket = new NfSocket(native);
	const errno = socket.request(queueTargetAlone("probe", "probe", 1));
	socket.close();
	return errno;
}
