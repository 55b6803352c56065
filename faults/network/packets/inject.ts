import { type Finding, type Injector, TargetGoneError } from "../../../api/injector.ts";
import { step } from "../../../api/step.ts";
import { Helper } from "../../node/helper.ts";
import { loadNative } from "../../node/native.ts";
import { type Netns, openNetns, podNetns, whereabouts } from "../../node/netns.ts";
import { within } from "../../node/netns-sockets.ts";
import type { Path, Shape } from "../instruction.ts";
import { devicesFor, linksOf } from "../links.ts";
import { dropTable, holdsTable, putTable, tableOf } from "../table.ts";
import type { EngineState, Placed } from "./engine.ts";
import { queueForm } from "./feature.ts";
import { NfSocket } from "./nf-socket.ts";
import { queueTarget } from "./nftables-message.ts";
import { type EngineQuestion, engineProtocol } from "./questions.ts";
import { hooksOf, queueChain, queueing } from "./queueing.ts";

/** What taking a fault out needs: its table, and the network namespace that it is in. */
export interface PacketsUndo extends Netns {
	engine: "packets";
	table: string;
	/** Milliseconds since 1970 after which the node takes it out. */
	until: number;
}

/** Milliseconds that the helper gives the daemon, which takes out what is over and tells of it. */
const grace = 10_000;

const helper = new Helper("packet-engine", engineProtocol);

/**
 * Shapes packets by a helper of ours, where the kernel has no `netem`: one nftables table an injection leads them to a queue that
 * the helper serves. When that dies, packets pass as if there were no fault.
 */
export const packetEngine: Injector<Shape, PacketsUndo> = {
	async needs() {
		await queueForm();
	},

	async prepare(target, { paths }, id, expiresInMs) {
		const netns = podNetns(target);
		const named = paths.flatMap(({ device }) => device ?? []);
		if (named.length > 0) devicesFor(named, (await linksOf(netns)) ?? [], `${target.namespace}/${target.pod}`);
		return { engine: "packets", table: tableOf(id), until: Date.now() + expiresInMs, ...netns };
	},

	async inject(_target, { paths, netem, bucket }, { table, until, netns, pid }) {
		const form = await queueForm();
		const what = { ...(netem && { netem }), ...(bucket && { bucket }) };
		const queues = hooksOf(paths).map((hook) => ({ hook, ...what }));
		const expiresInMs = Math.max(0, until - Date.now()) + grace;
		const placed = (await step("engine-add", () =>
			helper.ask({ do: "add", id: table, table, netns, pid, expiresInMs, queues } satisfies EngineQuestion),
		)) as Placed | null;
		if (placed === null) throw gone();
		// What nft has no words for comes behind it.
		const rules = queueing(paths, placed, form === "queue" ? form : undefined);
		if (!(await putTable({ netns, pid }, table, [rules]))) throw gone();
		if (form === "target") await step("nft-append", () => appendTargets({ netns, pid }, table, paths, placed));
	},

	async recover(_target, { table, netns, pid }) {
		// First what waits: the kernel drops all that it holds for us when a table goes. Without a queue the rules let packets through.
		await step("engine-remove", () => helper.askIfRunning({ do: "remove", id: table } satisfies EngineQuestion));
		await dropTable({ netns, pid }, table, ["inet"]);
		await step("engine-leave", () => helper.leave());
	},

	async verify(target, { paths }, undo): Promise<Finding> {
		const where = whereabouts(target, undo);
		if (where === "gone") return { verdict: "target gone" };
		// The pod's sandbox was made anew: the pod is there, on a network that knows nothing of the fault.
		if (where === "elsewhere") return { verdict: "lost" };
		const own = (await served()).find(({ id, netns }) => id === undo.table && netns === undo.netns);
		if (!own) return { verdict: "lost", message: "the packet engine of the node has ended, and with it the fault" };
		const rules = queueing(paths, own, await queueForm());
		if (!(await holdsTable(undo, undo.table, rules))) {
			return { verdict: "lost", message: "its nftables table is gone or was changed" };
		}
		return { verdict: "in place", message: "shaped by the packet engine, since the node's kernel can't do it" };
	},
};

/** What the engine of the node serves. */
async function served(): Promise<EngineState[]> {
	return ((await helper.askIfRunning({ do: "list" } satisfies EngineQuestion)) ?? []) as EngineState[];
}

function gone(): TargetGoneError {
	return new TargetGoneError("the pod was stopped: its network namespace is no more");
}

/** Appends the rules that lead to the queues. Throws an Error. */
async function appendTargets(netns: Netns, table: string, paths: readonly Path[], placed: Placed): Promise<void> {
	const native = await loadNative();
	const namespace = await openNetns(netns);
	if (!namespace) throw gone();
	try {
		const socket = within(native, namespace.fd, () => new NfSocket(native));
		const errnos = hooksOf(paths).map((hook, index) =>
			socket.request(queueTarget(table, queueChain(hook), placed.queues[index] ?? 0)),
		);
		socket.close();
		const errno = errnos.find((each) => each !== 0);
		if (errno !== undefined) throw new Error(`the rule that leads to the packet engine was refused (errno ${errno})`);
	} finally {
		await namespace.close();
	}
}
