import type { TargetRecord } from "../api/status.ts";
import { lookWhileStopped } from "./look.ts";
import { markBegun, mayCall, type Pass } from "./pass.ts";
import { isHeld, recoverItem } from "./records.ts";

/** Towards Stop: has every node take out what may be on its targets. */
export async function recoverTargets(pass: Pass): Promise<void> {
	if (!pass.records || pass.traits.oneShot) return;
	pass.records = await lookWhileStopped(pass, pass.records);
	beginRecovery(pass, () => true);
}

/** Of a running experiment: has every node take it out of what is no target any more. */
export function recoverLeaving(pass: Pass): void {
	beginRecovery(pass, ({ leaves }) => leaves === true);
}

function beginRecovery(pass: Pass, whose: (record: TargetRecord) => boolean): void {
	const { caller, calls, experiment, records: all = [] } = pass;
	const held = all.filter((record) => isHeld(record) && whose(record));
	const owed = Map.groupBy(held, ({ node }) => node);
	for (const [node, records] of owed) {
		if (!mayCall(pass, node, "Recover")) continue;
		markBegun(pass, records, "Injected/Wait");
		const items = records.map((record) => recoverItem(experiment, record));
		pass.begin.push(() => calls.recover(caller, node, items));
	}
}
